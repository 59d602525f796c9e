namespace Quittance.Storage.Embedded;

/// <summary>The server's configuration file.</summary>
internal static class PostgresSettings
{
    public static string Text(int port) =>
        $"""
        # Written anew at every start, so that a newer Quittance brings its own. What ALTER SYSTEM sets outranks this file.

        # Only for this machine, and only by TCP: a socket file has a path that can be too long, and is one more way in.
        listen_addresses = '127.0.0.1'
        port = {port}
        unix_socket_directories = ''
        # Quittance needs a few dozen at most; the rest is for whoever looks in with psql.
        max_connections = 100

        # Money: what we have answered must survive a power cut. These are the defaults, written down as a promise.
        fsync = on
        synchronous_commit = on
        full_page_writes = on

        # The rows at work and their indexes fit here; the operating system's cache holds the rest.
        shared_buffers = 256MB
        # A WAL file used again costs less than a new one (99th percentile of a commit 12 ms instead of 35 and more).
        min_wal_size = 1GB
        # Checkpoints by time and seldom: after each one, every page's first change is written to the WAL in full.
        max_wal_size = 4GB
        checkpoint_timeout = 15min

        # Our statements are short: compiling one would take longer than running it.
        jit = off
        # Generic plans only where they are as good; statements are written so that they are.
        plan_cache_mode = auto

        # The server's own collector, so that the log goes on after our death. One file per 10 MB.
        logging_collector = on
        log_directory = '../{ServerLog.FolderName}'
        log_filename = '{ServerLog.FileNamePattern}'
        log_rotation_size = 10MB
        log_rotation_age = 0
        # Errors in statements are told to the client, and would put customers' data into the log.
        log_min_messages = log
        log_timezone = 'UTC'
        timezone = 'UTC'
        lc_messages = 'C'
        """;
}
