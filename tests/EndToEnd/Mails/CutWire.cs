using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quittance.Tests.Mails;

/// <summary>Where the wire to a mail server is cut.</summary>
public enum WireCut
{
    /// <summary>Before the mail server greets.</summary>
    BeforeTheGreeting,

    /// <summary>After the answer to EHLO.</summary>
    AfterHello,

    /// <summary>After the answer to MAIL.</summary>
    AfterSender,

    /// <summary>After the answer to RCPT.</summary>
    AfterRecipient,

    /// <summary>After DATA, when a part of the mail has arrived.</summary>
    MidMail,

    /// <summary>When the mail server has all of the mail, and its 250 is not through.</summary>
    BeforeTheReceipt,
}

/// <summary>A wire to a mail server that is cut once, where a test says.</summary>
internal sealed class CutWire : IAsyncDisposable
{
    // Of a mail: its headers are longer.
    private const int Part = 200;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MailReceiver _receiver;
    private readonly Task _accepting;
    private WireCut? _at;

    private CutWire(MailReceiver receiver, WireCut at)
    {
        (_receiver, _at) = (receiver, at);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether it was cut.</summary>
    public bool IsCut => _at is null;

    public static CutWire To(MailReceiver receiver, WireCut at) => new(receiver, at);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                if (Cuts(WireCut.BeforeTheGreeting))
                    return;
                await server.ConnectAsync(IPAddress.Loopback, _receiver.Port);
                await await Task.WhenAny(AnswerAsync(server, client), AskAsync(client, server));
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
            {
                // Either end has gone: the other is let go of.
            }
        }
    }

    /// <summary>Passes on what the mail server answers.</summary>
    private async Task AnswerAsync(TcpClient server, TcpClient client)
    {
        var bytes = new byte[1024];
        while (await server.GetStream().ReadAsync(bytes) is > 0 and var read)
        {
            // 250 with the mail in the mailbox.
            if (_receiver.Mailbox.Count > 0 && Cuts(WireCut.BeforeTheReceipt))
                return;
            await client.GetStream().WriteAsync(bytes.AsMemory(0, read));
        }
    }

    /// <summary>Passes on what the client says, one line after the other.</summary>
    private async Task AskAsync(TcpClient client, TcpClient server)
    {
        // Each byte is one character, so that lines are as they came.
        using var lines = new StreamReader(client.GetStream(), Encoding.Latin1);
        var (isMail, left) = (false, Part);
        while (await lines.ReadLineAsync() is { } line)
        {
            WireCut? cut = isMail ? (left -= line.Length) < 0 ? WireCut.MidMail : null
                : line.Split([' ', ':'])[0].ToUpperInvariant() switch
                {
                    "MAIL" => WireCut.AfterHello,
                    "RCPT" => WireCut.AfterSender,
                    "DATA" or "BDAT" => WireCut.AfterRecipient,
                    _ => null,
                };
            if (cut is { } here && Cuts(here))
                return;
            (isMail, left) = isMail ? (line != ".", left) : (line == "DATA", Part);
            await server.GetStream().WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
        }
    }

    private bool Cuts(WireCut here)
    {
        if (_at != here)
            return false;
        _at = null;
        return true;
    }
}
