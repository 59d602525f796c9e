using System.Buffers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Quittance.Providers.Http;

/// <summary>
/// The way to one account at a provider that speaks HTTP. A request is tried again while the time lasts, which is safe because
/// it carries its id; a provider that has stopped answering is left alone for a while, so that it does not cost every
/// customer the whole time.
/// </summary>
internal class HttpWire
{
    private const int Retries = 3;

    // After this many requests within the memory, without an answer to any, the provider counts as dead.
    private const int DeadAfter = 5;

    private readonly HttpMessageInvoker _http;
    private readonly ResiliencePipeline<HttpReply> _pipeline;
    private readonly Uri _address;
    private readonly WireManner _manner;
    private readonly TimeProvider _clock;
    private long _silentUntilTicks;

    /// <summary>A way of its own: connections and the memory of failures are shared with no other account.</summary>
    /// <exception cref="FormatException">A header, such as the one with the key, can't be sent: it holds a line break.</exception>
    public HttpWire(Uri address, WireManner manner, ProviderTimeouts timeouts, TimeProvider clock)
    {
        // Relative paths go below the address, also where it does not end in a slash.
        _address = new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        _manner = manner;
        WireRequest.Get("").ToMessage(_address, manner.Headers).Dispose();
        _http = Connections();
        _clock = clock;
        _pipeline = Pipeline(
            manner, timeouts, clock, () => Volatile.Write(ref _silentUntilTicks, (clock.GetUtcNow() + timeouts.Pause).UtcTicks));
    }

    /// <summary>Whether the provider has stopped answering, and is left alone for a while. After that, a request tries it again.</summary>
    public bool IsSilent => _clock.GetUtcNow().UtcTicks < Volatile.Read(ref _silentUntilTicks);

    /// <summary>Sends a request until there is an answer, and reads all of it.</summary>
    /// <param name="cancel">Ends the waiting. The request itself goes on: that the caller has gone says nothing about the provider.</param>
    /// <returns>The answer; and in words of ours why there is none.</returns>
    public virtual async Task<(HttpReply? Reply, string? Trouble)> SendAsync(WireRequest request, CancellationToken cancel)
    {
        try
        {
            // The caller has gone: send nothing.
            cancel.ThrowIfCancellationRequested();
            return (await _pipeline
                .ExecuteAsync(
                    static (call, token) => call.Wire.SendOnceAsync(call.Request, token), (Wire: this, Request: request),
                    CancellationToken.None)
                .AsTask().WaitAsync(cancel), null);
        }
        catch (BrokenCircuitException)
        {
            return (null, "nothing was sent, since the last requests got no answer");
        }
        catch (TimeoutRejectedException)
        {
            return (null, "no answer in time");
        }
        catch (HttpRequestException broken)
        {
            return (null, $"connection broken ({broken.HttpRequestError})");
        }
        catch (IOException)
        {
            return (null, "connection broken within the answer");
        }
        catch (OperationCanceledException)
        {
            return (null, "the answer was not waited for");
        }
    }

    /// <summary>Verifies the account's key by a question.</summary>
    /// <param name="provider">The provider as people name it, and <paramref name="key"/> as the provider does.</param>
    /// <returns>The fault, in words for an operator; null for none.</returns>
    public async Task<string?> VerifyAsync(string question, string provider, string key, CancellationToken cancel)
    {
        var (reply, trouble) = await SendAsync(WireRequest.Get(question), cancel);
        cancel.ThrowIfCancellationRequested();
        return reply switch
        {
            null => $"{provider} does not answer under {_address} ({trouble}).",
            { Status: 200 } => null,
            { Status: 401 or 403 } => $"{provider} does not accept the {key} (HTTP {reply.Status}).",
            _ => $"{provider} did not answer the question that verifies the {key} (HTTP {reply.Status}).",
        };
    }

    /// <summary>
    /// Never disposed of: when an account changes, what is on its way ends in peace, and idle connections close by themselves.
    /// </summary>
    private static HttpMessageInvoker Connections() => new(new SocketsHttpHandler
    {
        // A redirect would send the request, and the card in it, to an address that is not configured.
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    private async ValueTask<HttpReply> SendOnceAsync(WireRequest request, CancellationToken cancel)
    {
        using var message = request.ToMessage(_address, _manner.Headers);
        using var response = await _http.SendAsync(message, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        return new HttpReply((int)response.StatusCode, await ReadAsync(stream, _manner.MaxBodyLength, cancel), response.Headers);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int most, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(most + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer, most + 1, throwOnEndOfStream: false, cancel);
            return length > most ? [] : buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>From the outside in: the breaker, which counts requests and not their tries; the time for all tries; the tries.</summary>
    private static ResiliencePipeline<HttpReply> Pipeline(
        WireManner manner, ProviderTimeouts timeouts, TimeProvider clock, Action fallSilent)
    {
        // Long enough to see several requests run out of time, short enough to forget soon that all was well.
        var memory = TimeSpan.FromSeconds(10) + timeouts.Total;
        var failing = new PredicateBuilder<HttpReply>()
            .Handle<HttpRequestException>().Handle<IOException>().HandleResult(manner.IsPassing);
        return new ResiliencePipelineBuilder<HttpReply> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpReply>
            {
                ShouldHandle = new PredicateBuilder<HttpReply>()
                    .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>()
                    .HandleResult(manner.IsPassing),
                // One answer shows that the provider lives.
                FailureRatio = 1,
                MinimumThroughput = DeadAfter,
                SamplingDuration = memory,
                BreakDuration = timeouts.Pause,
                OnOpened = _ =>
                {
                    fallSilent();
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = timeouts.Total })
            .AddRetry(new RetryStrategyOptions<HttpReply>
            {
                ShouldHandle = failing,
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
            })
            .Build();
    }
}
