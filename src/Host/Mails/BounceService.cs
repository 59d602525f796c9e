using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Mails;
using Quittance.Host.Watching;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Mails;

/// <summary>
/// Takes the reports of mail servers out of a folder: files of one message each, and those of a Maildir. Several servers may: a report
/// counts once. What a mail program has moved among the seen ones is read where it is.
/// </summary>
internal sealed partial class BounceService(
    MailSettings settings, IBounceReader reader, MailQueue mails, Merchants merchants, IHold hold, OutageService outages,
    TimeProvider clock, ILogger<BounceService> log)
    : RecurringService(
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), "The reports about mails were not read", outages, clock, log)
{
    /// <summary>Where the files of reports go; a Maildir has its own folder for what was seen.</summary>
    public const string Done = "done";

    private const string New = "new";
    private const string Seen = "cur";

    // RFC of Maildir: the mark of a message that was seen.
    private const string SeenMark = ":2,S";

    // A report that was seen longer ago is not looked for: it was read, or the mail is about to be forgotten.
    private static readonly TimeSpan SeenLately = TimeSpan.FromDays(30);

    // A file that stays as it was at the last look is complete; one that was left is not read again.
    private readonly Dictionary<string, (long Length, DateTime WrittenAt, bool IsLeft)> _seen = new(StringComparer.Ordinal);

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld || settings.Bounces is not { } folder)
            return;
        // Beside the mails, a Maildir has files of its mail server.
        var isMaildir = Directory.Exists(Path.Combine(folder, New));
        var since = Clock.GetUtcNow().UtcDateTime - SeenLately;
        List<(FileInfo File, string? Target)> files =
        [
            .. In(isMaildir ? Path.Combine(folder, New) : folder).Select(file => (
                file, (string?)(isMaildir ? Target(folder, Seen, file.Name + SeenMark) : Target(folder, Done, file.Name)))),
            .. isMaildir
                ? In(Path.Combine(folder, Seen)).Where(file => file.LastWriteTimeUtc >= since).Select(file => (file, (string?)null)) : [],
        ];
        foreach (var gone in _seen.Keys.Except(files.Select(one => one.File.FullName)).ToList())
            _seen.Remove(gone);
        foreach (var (file, target) in files)
        {
            cancel.ThrowIfCancellationRequested();
            var isKnown = _seen.TryGetValue(file.FullName, out var before) && (before.Length, before.WrittenAt) == StateOf(file);
            if (isKnown && before.IsLeft)
                continue;
            _seen[file.FullName] = (file.Length, file.LastWriteTimeUtc, IsLeft: false);
            if (isKnown || isMaildir)
                await TakeAsync(file, target, cancel);
        }
    }

    /// <param name="target">Where it goes once it was read; null where it stays.</param>
    private async Task TakeAsync(FileInfo file, string? target, CancellationToken cancel)
    {
        try
        {
            BounceReport? report = null;
            if (file.Length <= BounceReport.Most)
            {
                await using var message = file.OpenRead();
                report = await reader.ReadAsync(message, cancel);
            }

            if (report is null or { HasFailed: true, Mail: null })
            {
                _seen[file.FullName] = (file.Length, file.LastWriteTimeUtc, IsLeft: true);
                // Of those that were seen a person knows.
                if (target is not null && report is null)
                    LogNoReport(Log, file.FullName);
                else if (target is not null)
                    LogNoMail(Log, file.FullName);
            }
            else if (await NoteAsync(report, cancel) is var note and not BounceNote.Early)
            {
                var read = target is null ? file.FullName : Moved(file, target);
                _seen[read] = (file.Length, file.LastWriteTimeUtc, IsLeft: true);
                LogTaken(Log, report.Mail, note);
            }
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            // The next look tries it again; another server may have taken it away.
            LogUnusable(Log, file.FullName, unusable.GetType().Name);
        }
    }

    /// <summary>Moves a file to its target, or beside it: some mailboxes use a name again. Returns where it is then.</summary>
    private string Moved(FileInfo file, string target)
    {
        var free = File.Exists(target) ? $"{target}-{Guid.CreateVersion7(Clock.GetUtcNow()):N}" : target;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(file.FullName, free);
        return free;
    }

    /// <summary>Notes a report for the merchant whose mail it is about.</summary>
    private async Task<BounceNote> NoteAsync(BounceReport report, CancellationToken cancel)
    {
        foreach (var merchant in report.Mail is null ? [] : await merchants.ReachedAsync(cancel))
        {
            var by = new Origin(merchant, Credential: 0, Guid.CreateVersion7(Clock.GetUtcNow()));
            var note = await mails.BounceAsync(report, by, reader.Written, cancel);
            if (note != BounceNote.Unknown)
                return note;
        }

        return BounceNote.Unknown;
    }

    /// <summary>The files of a folder, the oldest first. A link may lead out of it.</summary>
    private static IEnumerable<FileInfo> In(string folder) => !Directory.Exists(folder) ? []
        : new DirectoryInfo(folder).EnumerateFiles().Where(file => !file.Name.StartsWith('.') && file is { LinkTarget: null, Length: > 0 })
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();

    private static (long Length, DateTime WrittenAt) StateOf(FileInfo file) => (file.Length, file.LastWriteTimeUtc);

    private static string Target(string folder, string part, string name) => Path.Combine(folder, part, name);

    [LoggerMessage(LogLevel.Information, "A report about mail {Mail} was read: {Note}")]
    private static partial void LogTaken(ILogger log, Guid? mail, BounceNote note);

    [LoggerMessage(LogLevel.Warning, "{File} is no report of a mail server, and stays where it is")]
    private static partial void LogNoReport(ILogger log, string file);

    [LoggerMessage(LogLevel.Warning, "{File} reports that a mail does not arrive, but names no mail of ours, and stays where it is")]
    private static partial void LogNoMail(ILogger log, string file);

    [LoggerMessage(LogLevel.Warning, "{File} could not be read or moved: {Kind}")]
    private static partial void LogUnusable(ILogger log, string file, string kind);
}
