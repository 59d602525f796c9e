using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using Quittance.Tests.Running;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Quittance.Tests.Mails;

/// <summary>Who may send by a mail server.</summary>
/// <param name="Way">The one way to sign in that it offers: PLAIN or LOGIN.</param>
internal sealed record SignIn(string User, string Password, string Way);

/// <summary>A mail server on this machine, with one mailbox for all that it takes.</summary>
internal sealed class MailReceiver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<MimeMessage> _mailbox = new();
    private readonly ConcurrentQueue<(string User, string Password)> _signIns = new();
    private Task _running = Task.CompletedTask;

    public int Port { get; } = BooksFixture.FreePort();

    /// <summary>What it has taken, the oldest first.</summary>
    public IReadOnlyList<MimeMessage> Mailbox => [.. _mailbox];

    /// <summary>The users and passwords that it has heard.</summary>
    public IReadOnlyList<(string User, string Password)> SignIns => [.. _signIns];

    /// <summary>Whether the last mail came through TLS.</summary>
    public bool WasEncrypted { get; private set; }

    /// <summary>How often a mail was offered to it.</summary>
    public int Offers { get; private set; }

    /// <summary>Its answer to an address; null to take it.</summary>
    public Func<string, SmtpResponse?> Judge { get; set; } = _ => null;

    /// <summary>What it does before it answers to an address.</summary>
    public Func<Task> OnRecipient { get; set; } = () => Task.CompletedTask;

    /// <summary>Its answer to a whole mail that it does not take; null to take it.</summary>
    public SmtpResponse? Refusal { get; set; }

    /// <summary>What it does with a whole mail that it has, before it answers; it may throw.</summary>
    public Func<ISessionContext, Task> OnMail { get; set; } = _ => Task.CompletedTask;

    /// <summary>What it does with a mail that is in its mailbox, before it answers; it may throw.</summary>
    public Func<ISessionContext, Task> AfterMail { get; set; } = _ => Task.CompletedTask;

    /// <param name="certificate">With which it speaks TLS from the first byte on; null for none.</param>
    /// <param name="offersTls">Whether it has the certificate for STARTTLS alone.</param>
    /// <param name="signIn">Who may send; null for anyone.</param>
    /// <param name="place">Where it listens; loopback without this.</param>
    public static MailReceiver Start(
        X509Certificate2? certificate = null, bool offersTls = false, SignIn? signIn = null, IPAddress? place = null)
    {
        var receiver = new MailReceiver();
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(place ?? IPAddress.Loopback, receiver.Port));
            if (certificate is not null)
                endpoint.Certificate(certificate).IsSecure(!offersTls);
            if (signIn is not null)
                endpoint.AuthenticationRequired().AllowUnsecureAuthentication(certificate is null);
        }).Build();
        var parts = new ServiceProvider();
        if (signIn is not null)
        {
            parts.Add((IUserAuthenticator)new Doorkeeper(receiver, signIn));
            parts.Add((ISmtpCommandFactory)new Commands(signIn));
        }

        parts.Add((IMessageStore)new Store(receiver));
        parts.Add((IMailboxFilter)new Filter(receiver));
        receiver._running = new SmtpServer.SmtpServer(options, parts).StartAsync(receiver._stop.Token);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private sealed class Doorkeeper(MailReceiver receiver, SignIn signIn) : UserAuthenticator
    {
        public override Task<bool> AuthenticateAsync(
            ISessionContext context, string user, string password, CancellationToken cancellationToken)
        {
            receiver._signIns.Enqueue((user, password));
            return Task.FromResult((user, password) == (signIn.User, signIn.Password));
        }
    }

    private sealed class Commands(SignIn signIn) : SmtpCommandFactory
    {
        public override SmtpCommand CreateEhlo(string domainOrAddress) => new Hello(domainOrAddress, signIn);
    }

    private sealed class Hello(string domainOrAddress, SignIn signIn) : EhloCommand(domainOrAddress)
    {
        protected override IEnumerable<string> GetExtensions(ISessionContext context) => base.GetExtensions(context).Select(
            extension => extension.StartsWith("AUTH ", StringComparison.Ordinal) ? $"AUTH {signIn.Way}" : extension);
    }

    private sealed class Filter(MailReceiver receiver) : MailboxFilter
    {
        public override async Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            await receiver.OnRecipient();
            return receiver.Judge($"{to.User}@{to.Host}") is { } answer ? throw new SmtpResponseException(answer) : true;
        }
    }

    private sealed class Store(MailReceiver receiver) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            receiver.Offers++;
            receiver.WasEncrypted = context.Pipe!.IsSecure;
            if (receiver.Refusal is { } refusal)
                return refusal;
            using var bytes = new MemoryStream(buffer.ToArray());
            await receiver.OnMail(context);
            receiver._mailbox.Enqueue(await MimeMessage.LoadAsync(bytes, cancellationToken));
            await receiver.AfterMail(context);
            return SmtpResponse.Ok;
        }
    }
}
