"""What is said on oversight's pages."""
