using Quittance.BackOffice.BankCollections;

namespace Quittance.Host.Cli;

/// <summary>A file that a command makes: it must not exist, has its name once it is complete, and its owner alone reads it.</summary>
internal static class NewFile
{
    /// <summary>Ends the command where there is such a file already.</summary>
    public static void Check(FileInfo to)
    {
        if (to.Exists || Directory.Exists(to.FullName))
            throw new CommandException($"{to.FullName} is there already: name a new file.");
    }

    public static async Task WriteAsync(Run run, FileInfo to, Func<FileStream, Task> write)
    {
        var written = $"{to.FullName}.{run.NewId():N}.part";
        try
        {
            await using (var file = BankFile.Create(written))
                await write(file);
            File.Move(written, to.FullName);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{to.FullName} can't be written: {unwritable.Message}");
        }
        finally
        {
            File.Delete(written);
        }
    }
}
