using System.Security.Cryptography;

namespace Quittance.Storage.Embedded;

/// <summary>Where everything lies in a data folder, and who owns it at the moment.</summary>
internal sealed class DataFolder(string path)
{
    public string FullPath { get; } = Path.GetFullPath(path);

    public string Cluster => Path.Combine(FullPath, "postgres");

    /// <summary>What initdb works on; renamed once complete, so that a crash halfway leaves no half a cluster.</summary>
    public string UnfinishedCluster => Path.Combine(FullPath, "postgres.new");

    public string Logs => Path.Combine(FullPath, "log");

    /// <summary>Lies outside the cluster: as root we never write where PostgreSQL's user could have planted a link.</summary>
    public string Settings => Path.Combine(FullPath, "postgresql.conf");

    /// <summary>A copy of the password for initdb, which runs as PostgreSQL's user. Gone once it has been read.</summary>
    public string InitdbPassword => Path.Combine(FullPath, "password.initdb");

    private string Password => Path.Combine(FullPath, "password");

    private string Lock => Path.Combine(FullPath, "lock");

    /// <summary>Creates the folder if needed and takes its lock, which the operating system frees when we die.</summary>
    public async Task<FileStream> TakeAsync(CancellationToken cancellationToken)
    {
        CreateIfMissing();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OpenLock(FileMode.OpenOrCreate);
            }
            catch (IOException) when (attempt < 5)
            {
                // Perhaps it was only somebody asking IsTaken.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
            catch (IOException held)
            {
                throw new EmbeddedPostgresException(
                    $"The data folder {FullPath} is in use by another running Quittance. " +
                    "Stop that one first, or choose another folder with --data.", held);
            }
        }
    }

    public bool IsTaken()
    {
        try
        {
            OpenLock(FileMode.Open).Dispose();
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public string CreatePassword()
    {
        if (!File.Exists(Password))
        {
            // Renamed when complete, for the same reason as the cluster.
            WritePrivate(Password + ".new", RandomNumberGenerator.GetHexString(32, lowercase: true));
            File.Move(Password + ".new", Password);
        }

        return ReadPassword();
    }

    public string ReadPassword()
    {
        try
        {
            return File.ReadAllText(Password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The password of the embedded PostgreSQL cannot be read from {Password}: {e.Message}", e);
        }
    }

    /// <summary>Writes a file that only we may read, from its first byte on.</summary>
    public static void WritePrivate(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }

    private void CreateIfMissing()
    {
        try
        {
            Directory.CreateDirectory(FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data folder {FullPath} cannot be created: {e.Message}", e);
        }
    }

    private FileStream OpenLock(FileMode mode)
    {
        try
        {
            return new FileStream(Lock, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedPostgresException($"The data folder {FullPath} may not be used by this user: {e.Message}", e);
        }
    }
}
