using System.Runtime.InteropServices;
using System.Text;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>A file that holds a master key: base64, readable by its owner alone.</summary>
public sealed class MasterKeyFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int AlreadyExists = 17;

    /// <summary>Where it is.</summary>
    public string FullPath { get; } = Path.GetFullPath(path);

    /// <summary>Where a rotation keeps the next key until the database is sealed by it.</summary>
    public MasterKeyFile Next => new(FullPath + ".next");

    /// <summary>Where a rotation keeps a key that was in use: old backups need it.</summary>
    public MasterKeyFile Former(MasterKey key) => new($"{FullPath}.{key.Id}");

    /// <summary>The key; null when there is no such file.</summary>
    /// <exception cref="VaultException">The file can't be read, holds no key, or is open to others.</exception>
    public MasterKey? Read()
    {
        try
        {
            using var file = new FileStream(FullPath, FileMode.Open, FileAccess.Read);
            // Of the open file, so that nobody can exchange it after it was looked at.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerOnly) != UnixFileMode.None)
            {
                throw new VaultException(
                    $"The master key in {FullPath} is open to other users of this machine. Close it with: chmod 600 {FullPath} (and if one of them may have read it, change it with: quittance vault rotate)");
            }

            using var reader = new StreamReader(file);
            return MasterKey.Parse(reader.ReadToEnd().Trim(), FullPath);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key can't be read from {FullPath}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Writes the key, on the disk when this returns. A file that is there already is never overwritten: its key counts.</summary>
    /// <returns>The key that the file holds now.</returns>
    /// <exception cref="VaultException">The file can't be written, or what is there is no key.</exception>
    public MasterKey CreateUnlessThere(MasterKey key)
    {
        var unfinished = $"{FullPath}.{key.Id}.unfinished";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FullPath)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.ASCII.GetBytes(key.ToBase64() + "\n"));
                file.Flush(flushToDisk: true);
            }

            MoveUnlessThere(unfinished);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key can't be written to {FullPath}: {unwritable.Message}", unwritable);
        }

        return Read() ?? throw new VaultException($"The master key in {FullPath} was removed while it was written.");
    }

    /// <summary>Takes the place of another file, in one step.</summary>
    /// <exception cref="VaultException">It can't be moved.</exception>
    public void MoveOver(MasterKeyFile other)
    {
        try
        {
            File.Move(FullPath, other.FullPath, overwrite: true);
            FlushToDisk(other.FullPath);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The master key in {FullPath} can't be moved to {other.FullPath}: {failed.Message}", failed);
        }
    }

    /// <summary>Of two at once one wins and the other sees it.</summary>
    private void MoveUnlessThere(string unfinished)
    {
        if (OperatingSystem.IsWindows())
        {
            MoveUnlessThereOnWindows(unfinished);
            return;
        }

        // On Unix File.Move looks first and moves then; only a hard link is one step.
        var error = Link(unfinished, FullPath) == 0 ? 0 : Marshal.GetLastPInvokeError();
        File.Delete(unfinished);
        if (error is not (0 or AlreadyExists))
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        FlushToDisk(FullPath);
    }

    private void MoveUnlessThereOnWindows(string unfinished)
    {
        try
        {
            File.Move(unfinished, FullPath, overwrite: false);
        }
        catch (IOException) when (File.Exists(FullPath))
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Flushed under its new name: a key that seals data must not be lost with the power.</summary>
    private static void FlushToDisk(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string added);
}
