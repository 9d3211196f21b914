"""The vocabulary (brief, variant) and the engines that work on it; knows neither Slack nor the store."""
