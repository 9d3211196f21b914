"""What copy must satisfy before it is shown: data files of rules, one module for each check."""
