-- Tokens that are exchanged together. The rules of 0001-books.sql hold here too.

-- Of a refresh token: the access token that was given with it. It stands here because that one's own row goes when it has expired.
ALTER TABLE token ADD COLUMN access_hash bytea CHECK (octet_length(access_hash) = 32);
