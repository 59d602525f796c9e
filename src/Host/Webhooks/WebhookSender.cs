using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Providers.Notices;

namespace Quittance.Host.Webhooks;

/// <summary>A connection was not made because it would have led into a private network.</summary>
internal sealed class PrivateAddressException() : Exception("The address leads into a private network.");

/// <summary>How a server tells subscribers of events.</summary>
public sealed record WebhookSettings
{
    /// <summary>The longest that a receiver can be waited for.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(60);

    // A claim outlasts the sending it is for, with what comes before and after it.
    private const int ClaimPerTimeout = 3;

    /// <summary>How long a receiver has to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether receivers may be in private networks, such as on this machine, and need no TLS.</summary>
    public bool AllowsPrivateNetworks { get; init; }

    /// <summary>How long a process has a delivery for itself. If it dies, another tries after that.</summary>
    public TimeSpan ClaimedFor => Timeout * ClaimPerTimeout;
}

/// <summary>The result of sending a message once.</summary>
/// <param name="Failure">Why it did not arrive; null when it did.</param>
/// <param name="RetryAfter">How long a receiver that has too much to do wants to be left alone; null where it does not say.</param>
internal readonly record struct SendResult(DeliveryFailure? Failure, TimeSpan? RetryAfter = null)
{
    /// <summary>The status of the answer; null where there was none.</summary>
    public int? Status { get; init; }

    /// <summary>The begin of the answer's body; empty where nobody asked for it.</summary>
    public string Text { get => field ?? ""; init; }
}

/// <summary>
/// Sends events, signed as Standard Webhooks say. Where an address really leads is looked at when connecting: a name may have been
/// public when it was subscribed. Nothing is followed. Of what is answered only the status is read, but for a test.
/// </summary>
internal sealed class WebhookSender(WebhookSettings settings, TimeProvider clock) : IDisposable
{
    private const int MostReadOfAnswer = 16 * 1024;

    private const int MostKeptOfAnswer = 1024;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would connect in our place, wherever it likes.
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, settings.AllowsPrivateNetworks, cancel),
        // A connection is used again only for so long: names move.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseDrainSize = MostReadOfAnswer,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        MaxResponseHeadersLength = MostReadOfAnswer / 1024,
    });

    /// <summary>Sends a message, once.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="message">Its id, the same each time it is sent.</param>
    /// <param name="secrets">The secrets that sign it, each by itself.</param>
    /// <param name="body">The JSON.</param>
    /// <param name="cancel">Ends the sending.</param>
    /// <param name="keepsAnswer">Whether the result has the begin of the answer's body.</param>
    /// <exception cref="OperationCanceledException">It was called off, and may have arrived.</exception>
    public async Task<SendResult> SendAsync(
        Uri address, string message, IReadOnlyList<string> secrets, ReadOnlyMemory<byte> body, CancellationToken cancel,
        bool keepsAnswer = false)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !settings.AllowsPrivateNetworks)
            return new SendResult(DeliveryFailure.Unencrypted);
        using var request = Request(address, message, secrets, body);
        using var timeout = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var status = (int)response.StatusCode;
            return new SendResult(Judge(status), status is 429 or 503 ? RetryAfterOf(response) : null)
            {
                Status = status,
                Text = keepsAnswer ? await BeginOfAsync(response, either.Token) : "",
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SendResult(DeliveryFailure.TimedOut);
        }
        catch (HttpRequestException failed)
        {
            return new SendResult(failed.InnerException is PrivateAddressException ? DeliveryFailure.PrivateAddress
                : failed.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
                    ? DeliveryFailure.Failed
                : DeliveryFailure.Unreachable);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(Uri address, string message, IReadOnlyList<string> secrets, ReadOnlyMemory<byte> body)
    {
        var now = clock.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Quittance", null));
        request.Headers.Add("webhook-id", message);
        request.Headers.Add("webhook-timestamp", $"{now.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", NoticeSignature.Sign(secrets, message, now, body.Span));
        return request;
    }

    /// <summary>The begin of a body; as much as came, where the rest does not come.</summary>
    private static async Task<string> BeginOfAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var (begin, read) = (new byte[MostKeptOfAnswer], 0);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            int more;
            while ((more = await body.ReadAsync(begin.AsMemory(read), cancel)) > 0)
                read += more;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status has come, which is what counts.
        }

        return Encoding.UTF8.GetString(begin, 0, read);
    }

    /// <summary>The time that the receiver asks for, as seconds or as a date (RFC 9110 10.2.3), at most the longest that we wait.</summary>
    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - clock.GetUtcNow());
        return asked is not { } wait || wait <= TimeSpan.Zero ? null : wait < DeliverySchedule.Longest ? wait : DeliverySchedule.Longest;
    }

    private static DeliveryFailure? Judge(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => DeliveryFailure.Redirected,
        // Standard Webhooks: the receiver asks not to be sent to any more.
        410 => DeliveryFailure.Gone,
        >= 400 and < 500 => DeliveryFailure.Refused,
        _ => DeliveryFailure.Failed,
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowsPrivateNetworks, CancellationToken cancel)
    {
        IPAddress[] addresses = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, cancel);
        addresses = [.. addresses.Where(address =>
            allowsPrivateNetworks ? !CallbackAddress.IsOfTheLink(address) : CallbackAddress.IsPublic(address))];
        if (addresses.Length == 0)
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
