"""Commands that train the weights the project ships; nothing of the running application imports them."""
