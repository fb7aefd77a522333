"""A simulated Cloudprinter: pushes test orders, takes signals strictly, keeps the account."""
