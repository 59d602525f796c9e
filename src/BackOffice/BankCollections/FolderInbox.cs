using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.BackOffice.BankCollections;

/// <summary>
/// Takes the bank's files out of a folder: each is read when it is complete, and goes on to <c>done</c> or <c>failed</c> with a text beside
/// it that says what it has changed, or why it has not.
/// </summary>
internal sealed class FolderInbox(BankFileDesk files)
{
    private static readonly string[] Unfinished = [".part", ".tmp", ".temp", ".filepart", ".partial", ".crdownload", "~"];

    private const string Fault = "The file is refused: the server has a fault in reading it, which its log describes. Report the fault, "
        + "and put the file into the folder again after an update: nothing is booked twice.\n";

    // A file is complete when two looks find it alike. A program that renames it into the folder need not wait for more than that.
    private readonly Dictionary<string, State> _seen = new(StringComparer.Ordinal);

    /// <summary>The state of a file at a look.</summary>
    /// <param name="Read">The result, where the file was read and could not be taken away.</param>
    private sealed record State(long Length, DateTime WrittenAt, BankFileResult? Read = null)
    {
        public bool IsOf(FileInfo file) => (Length, WrittenAt) == (file.Length, file.LastWriteTimeUtc);
    }

    public async Task TakeAsync(string folder, Origin by, List<FolderNews> news, CancellationToken cancel)
    {
        var found = new DirectoryInfo(Path.Combine(folder, BankFolder.In)).EnumerateFiles().Where(IsTaken)
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
        foreach (var gone in _seen.Keys.Where(path => Path.GetDirectoryName(path) == Path.Combine(folder, BankFolder.In))
            .Except(found.Select(file => file.FullName)).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (var file in found)
        {
            cancel.ThrowIfCancellationRequested();
            if (_seen.TryGetValue(file.FullName, out var before) && before.IsOf(file) && file.Length > 0)
                await BankFolder.TryAsync(file.FullName, news, () => TakeAsync(folder, file, before, by, news, cancel));
            else
                _seen[file.FullName] = new State(file.Length, file.LastWriteTimeUtc);
        }
    }

    /// <summary>A link may lead out of the folder.</summary>
    private static bool IsTaken(FileInfo file) => !file.Name.StartsWith('.') && file.LinkTarget is null
        && !Unfinished.Any(end => file.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private async Task TakeAsync(
        string folder, FileInfo file, State before, Origin by, List<FolderNews> news, CancellationToken cancel)
    {
        var result = before.Read;
        if (result is null)
        {
            try
            {
                await using var stream = file.OpenRead();
                result = await files.TakeAsync(stream, file.Name, by, cancel);
            }
            // Each file stands alone: a bug that one of them meets must not keep the others from the books.
            catch (Exception bug) when (bug is not (IOException or UnauthorizedAccessException or OperationCanceledException
                or StoreUnavailableException or OutcomeUnknownException or NpgsqlException { IsTransient: true }))
            {
                news.Add(new FolderNews(file.FullName, "the server has a fault in reading it", IsTrouble: true) { Bug = bug });
                result = new BankFileResult(false, Fault);
            }
        }

        if (result.MustWait)
        {
            news.Add(new FolderNews(file.FullName, result.Text.TrimEnd(), IsTrouble: true));
            return;
        }

        // Where the disk refuses what follows, the next look does not read it again.
        _seen[file.FullName] = before with { Read = result };
        var end = Path.Combine(folder, result.IsTaken ? BankFolder.Done : BankFolder.Failed);
        var to = FreeIn(end, file.Name);
        var unfinished = Path.Combine(end, $".{Path.GetFileName(to)}.txt.part");
        await using (var text = BankFile.Create(unfinished, FileMode.Create))
            await text.WriteAsync(Encoding.UTF8.GetBytes(result.Text), cancel);
        File.Move(unfinished, $"{to}.txt", overwrite: true);
        File.Move(file.FullName, to);
        BankFile.Close(to);
        _seen.Remove(file.FullName);
        news.Add(new FolderNews(to, result.Text.TrimEnd(), IsTrouble: !result.IsTaken));
    }

    /// <summary>A name in a folder that no file has. The same name may come again.</summary>
    private static string FreeIn(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        for (var copy = 2; File.Exists(path); copy++)
            path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(name)}-{copy}{Path.GetExtension(name)}");
        return path;
    }
}
