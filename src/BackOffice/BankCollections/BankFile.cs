namespace Quittance.BackOffice.BankCollections;

/// <summary>
/// A file for the bank on this machine's disk: it has the numbers of bank accounts, so its owner alone reads and writes it.
/// </summary>
public static class BankFile
{
    /// <summary>Creates a file that is not there yet; with <see cref="FileMode.Create"/> also in place of one that is.</summary>
    /// <exception cref="IOException">There is such a file, or the disk refuses it.</exception>
    public static FileStream Create(string path, FileMode mode = FileMode.CreateNew)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Closes a file of another program to all but its owner, where it is this user's.</summary>
    public static void Close(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (UnauthorizedAccessException)
        {
            // Its owner decides.
        }
    }
}
