using MailKit.Net.Smtp;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Mails;
using Quittance.Host.Watching;
using Quittance.Papers;
using Quittance.Papers.Mails;
using Quittance.Storage.Debits;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Mails;

/// <summary>
/// Sends the mails to customers, each once. Of several servers one does so at a time; a mail that a server had when it died is tried again
/// under the same id.
/// </summary>
internal sealed partial class MailService(
    MailQueue mails, MailDesk desk, Merchants merchants, LostTime lostTime, MailSender sender, MailSettings settings, IHold hold,
    OutageService outages, Topology topology, TimeProvider clock, ILogger<MailService> log)
    : RecurringService(
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) * topology.LookFactor, "Mail was not sent", outages, clock, log)
{
    // A mail server that can't be reached is left alone for so long.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // How long merchants of whom mail comes due wait while others have their turns: many mails that wait take long to look through.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    private readonly Queue<DateTimeOffset> _tries = new();
    private readonly Queue<MerchantId> _turns = new();
    private DateTimeOffset _looksAgainAt;
    private DateTimeOffset _restsUntil;

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (!MaySend())
            return;
        if (_turns.Count == 0)
            await LookAsync(cancel);
        if (_turns.Count > 0)
            await mails.AloneAsync(() => SendAllAsync(cancel), cancel);
    }

    /// <summary>Merchants of whom mail is due get a turn behind the others.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        foreach (var merchant in (await mails.DueAsync(cancel)).Except(_turns).ToList())
            _turns.Enqueue(merchant);
        _looksAgainAt = Clock.GetUtcNow() + Round;
    }

    private bool MaySend() => !hold.IsHeld && !IsLimitReached() && Clock.GetUtcNow() >= _restsUntil;

    /// <summary>Sends what is due, one mail of each merchant in turn, as far as the limit goes.</summary>
    private async Task SendAllAsync(CancellationToken cancel)
    {
        SmtpClient? connection = null;
        try
        {
            // A merchant whose database is away loses the turn, and no other one does.
            while (MaySend() && _turns.TryDequeue(out var merchant))
            {
                cancel.ThrowIfCancellationRequested();
                if (await mails.ClaimAsync(merchant, settings.Lease, cancel) is { } mail)
                {
                    _turns.Enqueue(merchant);
                    connection = await TrySendAsync(mail, connection, cancel);
                }

                if (Clock.GetUtcNow() >= _looksAgainAt)
                    await LookAsync(cancel);
            }
        }
        finally
        {
            await MailSender.EndAsync(connection);
        }
    }

    /// <summary>Tries to send a mail, and notes the result.</summary>
    /// <returns>The connection for the next one; null for none.</returns>
    private async Task<SmtpClient?> TrySendAsync(Mail mail, SmtpClient? connection, CancellationToken cancel)
    {
        var (result, address, customer) = (default(MailResult), (string?)null, (AccountId?)null);
        try
        {
            var (written, issuer, why) = await WriteAsync(mail, cancel);
            if (why == MailFailure.Outdated && mail is { Account: null, Failures: 0 })
            {
                await mails.DropAsync(mail, cancel);
                return connection;
            }

            if (why is not null)
            {
                result = new MailResult(why);
            }
            else
            {
                (address, customer) = (written!.Email!, written.Account);
                _tries.Enqueue(Clock.GetUtcNow());
                (result, connection) = await HandOverAsync(mail, written, issuer!, address, connection, cancel);
            }
        }
        catch (Exception bug) when (bug is not OperationCanceledException and not StoreUnavailableException)
        {
            LogUnsayable(Log, mail.Id.Value, bug.GetType().Name);
            result = new MailResult(MailFailure.Unsayable, IsFinal: true);
        }

        // Note a mail that was sent, also while the server stops.
        if (await mails.NoteAsync(mail, result, address, customer, CancellationToken.None) == MailStatus.Failed)
            LogGivenUp(Log, mail.Id.Value, mail.Id.Merchant.Value, result.Failure!.Value);
        return connection;
    }

    /// <summary>Writes a mail, or says why it is left out.</summary>
    private async Task<(WrittenMail? Written, PaperIssuer? Issuer, MailFailure? Why)> WriteAsync(Mail mail, CancellationToken cancel)
    {
        if (mail.QueuedAt < await lostTime.RestoredAtAsync(cancel))
            return (null, null, MailFailure.Restored);
        var issuer = PaperIssuer.Of((await merchants.InstallationsAsync(mail.Id.Merchant, cancel))[0]);
        var written = await desk.WriteAsync(mail, issuer, (account, address) => mails.IsRefusedAsync(account, address, cancel), cancel);
        MailFailure? why = written switch
        {
            { Account: null, Letter: null } => MailFailure.Outdated,
            { Email: null } => MailFailure.NoAddress,
            { Letter: null } => written.Why ?? MailFailure.Outdated,
            _ => null,
        };
        return (written, issuer, why);
    }

    private async Task<(MailResult Result, SmtpClient? Connection)> HandOverAsync(
        Mail mail, WrittenMail written, PaperIssuer issuer, string address, SmtpClient? connection, CancellationToken cancel)
    {
        if (connection is not { IsConnected: true })
        {
            connection?.Dispose();
            (connection, var why) = await sender.ConnectAsync(cancel);
            if (connection is null)
            {
                _restsUntil = Clock.GetUtcNow() + Rest;
                LogNoServer(Log, settings.ToString(), why!.Value);
                return (new MailResult(why), null);
            }
        }

        var message = MailMessages.Of(
            mail.Id, written.Letter!, issuer.MerchantName, address, written.Name, settings, Clock.GetUtcNow());
        return (await sender.SendAsync(connection, message), connection);
    }

    /// <summary>Whether as many mails were tried within the last minute as may be.</summary>
    private bool IsLimitReached()
    {
        var since = Clock.GetUtcNow() - Minute;
        while (_tries.TryPeek(out var first) && first <= since)
            _tries.Dequeue();
        return _tries.Count >= settings.Limit;
    }

    [LoggerMessage(LogLevel.Warning, "The mail server {Server} takes no mail: {Why}")]
    private static partial void LogNoServer(ILogger log, string server, MailFailure why);

    [LoggerMessage(LogLevel.Warning, "Mail {Mail} of merchant {Merchant} was given up: {Why}")]
    private static partial void LogGivenUp(ILogger log, Guid mail, long merchant, MailFailure why);

    [LoggerMessage(LogLevel.Error, "Mail {Mail} could not be written: {Kind}")]
    private static partial void LogUnsayable(ILogger log, Guid mail, string kind);
}
