"""HTTP: a client with retries and credentials over exchangeable transports."""
