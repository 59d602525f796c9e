using System.Security.Cryptography;
using Npgsql;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Storage.Debits;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The news of a file in a bank account's folder.</summary>
/// <param name="File">The file; the folder where it is about all of it.</param>
/// <param name="IsTrouble">Whether it waits for an operator, or for a later look.</param>
public sealed record FolderNews(string File, string Text, bool IsTrouble = false)
{
    /// <summary>Banks put account numbers into the names of files.</summary>
    public string File { get; } = NumberMask.Apply(File) ?? "";

    public string Text { get; } = NumberMask.Apply(Text) ?? "";

    /// <summary>The bug of ours behind the trouble, for the log; null for none.</summary>
    public Exception? Bug { get; init; }
}

/// <summary>
/// The folder beside which a program talks to the bank: the files of released collections go into <c>out</c>, and the bank's files come
/// into <c>in</c> and go on to <c>done</c> or <c>failed</c>. Every look can be repeated, also after an interruption at any place.
/// </summary>
public sealed class BankFolder(
    NpgsqlDataSource database, PaymentEngine engine, CollectionDesk collections, BankFileDesk files, TimeProvider clock)
{
    public const string Out = "out", In = "in", Done = "done", Failed = "failed";

    private const int Newest = 100;

    // A file that is put is complete when it has its own name: the bank's program passes over this one.
    private const string Unfinished = ".part";

    private readonly Collections _collections = new(database);
    private readonly BankFolders _folders = new(database);
    private readonly LostTime _lostTime = new(database);
    private readonly FolderInbox _inbox = new(files);

    public static IReadOnlyList<string> Parts { get; } = [Out, In, Done, Failed];

    /// <summary>
    /// Whether two folders share a part, by whichever names: a file in the one is in the other. A link, another spelling and a mount all
    /// lead to the same.
    /// </summary>
    /// <exception cref="IOException">The first folder can't be written.</exception>
    public static bool AreOne(string folder, string other) => Parts.Prepend("").Any(part =>
    {
        var mark = $".{RandomNumberGenerator.GetHexString(32)}{Unfinished}";
        var path = Path.Combine(folder, part, mark);
        BankFile.Create(path).Dispose();
        try
        {
            return Parts.Prepend("").Any(place => File.Exists(Path.Combine(other, place, mark)));
        }
        finally
        {
            File.Delete(path);
        }
    });

    /// <summary>Looks into a folder once, unless another server is at it.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached; the next look does the rest.</exception>
    public async Task<IReadOnlyList<FolderNews>> LookAsync(
        MerchantId merchant, BankAccount account, string folder, CancellationToken cancel)
    {
        List<FolderNews> news = [];
        await _folders.AloneAsync(merchant, async () =>
        {
            // They are made once: a folder whose disk is not there must not begin anew on another disk.
            if (Parts.FirstOrDefault(part => !Directory.Exists(Path.Combine(folder, part))) is { } missing)
            {
                news.Add(new FolderNews(folder, $"there is no folder {missing} in it: is its disk there?", IsTrouble: true));
                return;
            }

            await TryAsync(folder, news, () => PutAsync(merchant, account, Path.Combine(folder, Out), news, cancel));
            await TryAsync(folder, news, () => _inbox.TakeAsync(folder, By(merchant), news, cancel));
        }, cancel);
        return news;
    }

    /// <summary>Does something with a file or a folder. A refusal of the disk troubles this look, and no other work.</summary>
    internal static async Task TryAsync(string file, List<FolderNews> news, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            news.Add(new FolderNews(file, unusable.Message, IsTrouble: true));
        }
    }

    private Origin By(MerchantId merchant) => new(merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()));

    private async Task PutAsync(
        MerchantId merchant, BankAccount account, string folder, List<FolderNews> news, CancellationToken cancel)
    {
        foreach (var left in Directory.EnumerateFiles(folder, $".{merchant.Value}-*{Unfinished}").Order(StringComparer.Ordinal).ToList())
            await TryAsync(left, news, () => FinishAsync(merchant, left, news, cancel));
        var listed = await _collections.ListAsync(merchant, Newest, cancel);
        var restoredAt = await _lostTime.RestoredAtAsync(cancel);
        foreach (var released in listed.Where(one => one.Status == CollectionStatus.Released).Reverse())
        {
            var name = Path.Combine(folder, NameOf(released.Number));
            if (released.IsPerhapsSent(restoredAt))
            {
                news.Add(new FolderNews(
                    name,
                    $"the bank may have the file of collection {released.Number} from the time that a restore lost: say first whether it "
                        + "has, by quittance collect sent or unsent",
                    IsTrouble: true));
            }
            else if (collections.IsTooLate(account, released))
            {
                news.Add(new FolderNews(
                    name, $"the bank takes no debits any more that are due on {released.DueOn:O}: call collection {released.Number} off",
                    IsTrouble: true));
            }
            else if (File.Exists(name))
            {
                news.Add(new FolderNews(name, "there is such a file already, and it stays: take it away", IsTrouble: true));
            }
            else
            {
                await TryAsync(name, news, () => HandOutAsync(released, folder, name, news, cancel));
            }
        }
    }

    /// <summary>
    /// The file is whole under another name before the hand-out is committed, and gets its name after that. Where the server dies between
    /// the two, <see cref="FinishAsync"/> knows by the request in the name that it was handed out for this folder.
    /// </summary>
    private async Task HandOutAsync(
        Collection collection, string folder, string name, List<FolderNews> news, CancellationToken cancel)
    {
        var by = By(collection.Id.Merchant);
        var handingOut = await collections.HandingOutAsync(collection, by, cancel);
        // The engine would refuse it; the file is not written at each look only to be deleted.
        if (handingOut.Ended.Count > 0)
        {
            news.Add(new FolderNews(name, CollectionDesk.OvertakenOf(collection, handingOut), IsTrouble: true));
            return;
        }

        var unfinished = Path.Combine(folder, $".{collection.Id.Merchant.Value}-{collection.Number}-{by.Request:N}{Unfinished}");
        if (!await WriteAsync(collection, unfinished, cancel))
        {
            File.Delete(unfinished);
            news.Add(new FolderNews(name, "the kept file is not the one that was built: nothing was handed out", IsTrouble: true));
            return;
        }

        var handedOut = await engine.SubmitAsync(handingOut, patient: true);
        if (handedOut.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now.");
        if (handedOut.Accepted)
        {
            Name(unfinished, name, news);
            return;
        }

        File.Delete(unfinished);
        // Another refusal says that a person hands the collection out, or calls it off, at this moment.
        if (handedOut.Faults is [{ Refusal: Refusal.AttemptSettled }, ..])
            news.Add(new FolderNews(name, CollectionDesk.OvertakenOf(collection, handingOut), IsTrouble: true));
    }

    /// <summary>Writes the file of a collection down to the disk. Returns whether it is the one that was built.</summary>
    private async Task<bool> WriteAsync(Collection collection, string path, CancellationToken cancel)
    {
        try
        {
            await using var file = BankFile.Create(path);
            var isIt = await collections.ReadAsync(collection, file, cancel);
            file.Flush(flushToDisk: true);
            return isIt;
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw;
        }
    }

    private static void Name(string unfinished, string name, List<FolderNews> news)
    {
        File.Move(unfinished, name);
        news.Add(new FolderNews(name, "the file of a collection is handed out"));
    }

    /// <summary>A file without its name: of a server that died, or whose answer from the database was lost.</summary>
    private async Task FinishAsync(MerchantId merchant, string unfinished, List<FolderNews> news, CancellationToken cancel)
    {
        if (Path.GetFileNameWithoutExtension(unfinished).Split('-') is not [_, var digits, var request]
            || !long.TryParse(digits, out var number) || !Guid.TryParseExact(request, "N", out var id))
        {
            return;
        }

        if (await _collections.FindAsync(merchant, number, cancel) is { } collection
            && await _folders.WasHandedOutAsync(collection.Id, id, cancel))
        {
            Name(unfinished, Path.Combine(Path.GetDirectoryName(unfinished)!, NameOf(number)), news);
        }
        else
        {
            File.Delete(unfinished);
        }
    }

    private static string NameOf(long number) => $"collection-{number}.xml";
}
