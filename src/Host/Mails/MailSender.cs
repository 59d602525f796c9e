using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Quittance.Core.Mails;

namespace Quittance.Host.Mails;

/// <summary>Speaks with the mail server. A connection takes one mail after another.</summary>
internal sealed class MailSender(MailSettings settings, TimeProvider clock)
{
    /// <summary>Connects and signs in.</summary>
    /// <returns>The connection, or why there is none.</returns>
    public async Task<(SmtpClient? Connection, MailFailure? Why)> ConnectAsync(CancellationToken cancel)
    {
        // Lists of revoked certificates are often out of reach; the names and authorities are checked.
        // Its own limit is the longest one; the shorter ones are set below.
        var client = new SmtpClient
        {
            CheckCertificateRevocation = false,
            Timeout = (int)Math.Max(settings.Timeout.TotalMilliseconds, settings.MailTimeout.TotalMilliseconds),
        };
        // The certificate of a mail server on this machine names the machine as others call it, and nobody stands between.
        if (settings.IsLocal)
            client.ServerCertificateValidationCallback = (_, _, _, _) => settings.IsLocal;
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await client.ConnectAsync(
                settings.Server, settings.Port,
                settings.IsEncryptedAtOnce ? SecureSocketOptions.SslOnConnect
                    : settings.IsLocal ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls,
                either.Token);
            if (settings.User is { } user)
                await client.AuthenticateAsync(user, settings.Password ?? "", either.Token);
            // Domains go out as those of hosts: a relay that knows SMTPUTF8 can't hand others on to one that does not.
            client.Capabilities &= ~SmtpCapabilities.UTF8;
            return (client, null);
        }
        catch (Exception trouble) when (!cancel.IsCancellationRequested && WhyOf(trouble, client) is { } why)
        {
            client.Dispose();
            return (null, why);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a message. It is sent where the mail server has taken it, whatever becomes of the connection afterwards.
    /// </summary>
    public async Task<MailResult> SendAsync(SmtpClient connection, MimeMessage message)
    {
        // Not called off while the server stops: half a mail may be a whole one to the other side.
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        try
        {
            await connection.SendAsync(message, timeout.Token, new Longer(timeout, settings.MailTimeout));
            return default;
        }
        catch (SmtpCommandException refused)
        {
            var code = (int)refused.StatusCode;
            return code < 500 ? new MailResult(MailFailure.PutOff) : SmtpRefusal.Of(refused.ErrorCode, code, refused.Message);
        }
        catch (Exception trouble) when (WhyOf(trouble, connection) is { } why)
        {
            return new MailResult(why);
        }
    }

    /// <summary>Says goodbye and closes a connection; null for none.</summary>
    public static async Task EndAsync(SmtpClient? connection)
    {
        if (connection is null)
            return;
        try
        {
            // What was taken was taken, also where the goodbye fails.
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            if (connection.IsConnected)
                await connection.DisconnectAsync(quit: true, soon.Token);
        }
        catch (Exception trouble) when (trouble is IOException or OperationCanceledException or MailKit.ProtocolException
            or MailKit.CommandException or System.Net.Sockets.SocketException)
        {
        }
        finally
        {
            connection.Dispose();
        }
    }

    /// <summary>Why there is no connection, or it broke; null for a mistake of ours.</summary>
    private static MailFailure? WhyOf(Exception trouble, SmtpClient client) => trouble switch
    {
        SslHandshakeException => MailFailure.Untrusted,
        // It wants encryption, which it has not offered: some offer no way to sign in before, or take nothing (530, 538).
        AuthenticationException or ServiceNotAuthenticatedException when WantsEncryption(trouble.Message) => MailFailure.Unencrypted,
        // Also where it takes mail only of who has signed in (530).
        AuthenticationException or SaslException or ServiceNotAuthenticatedException => MailFailure.SignInRefused,
        // It offers no STARTTLS, or no way to sign in.
        NotSupportedException => client.IsConnected ? MailFailure.SignInRefused : MailFailure.Unencrypted,
        OperationCanceledException or TimeoutException => MailFailure.TimedOut,
        SmtpCommandException { StatusCode: var status } => (int)status >= 500 ? MailFailure.Refused : MailFailure.PutOff,
        SocketException or IOException or ProtocolException or ServiceNotConnectedException => MailFailure.Unreachable,
        _ => null,
    };

    private static bool WantsEncryption(string answer) =>
        answer.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase) || answer.StartsWith("538", StringComparison.Ordinal);

    /// <summary>Gives the mail server more time once its answers to the commands are there, and the mail itself begins.</summary>
    private sealed class Longer(CancellationTokenSource timeout, TimeSpan time) : ITransferProgress
    {
        private bool _hasBegun;

        public void Report(long bytesTransferred) => Begin();

        public void Report(long bytesTransferred, long totalSize) => Begin();

        private void Begin()
        {
            if (!_hasBegun)
                timeout.CancelAfter(time);
            _hasBegun = true;
        }
    }
}
