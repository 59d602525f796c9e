using System.Buffers;
using System.Net.Http.Headers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Quittance.Providers;

/// <summary>A provider's whole answer over HTTP.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body; empty where it was longer than any answer of a provider.</param>
internal readonly record struct HttpReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the same request may fare better a moment later.</summary>
    public bool IsPassing => Status is 429 or >= 500;
}

/// <summary>
/// The way to one account at a provider that speaks HTTP. A request is tried again while the time lasts, which is safe because
/// it carries its id; a provider that has stopped answering is left alone for a while, so that it does not cost every
/// customer the whole time.
/// </summary>
internal sealed class HttpWire
{
    private const int Retries = 3;
    private const int MaxBodyLength = 64 * 1024;

    // So many requests within the memory, without an answer to any, and the provider is taken for dead.
    private const int DeadAfter = 5;

    private readonly HttpMessageInvoker _http;
    private readonly ResiliencePipeline<HttpReply> _pipeline;
    private readonly Uri _address;
    private readonly AuthenticationHeaderValue _authorization;

    /// <summary>A way of its own: connections and the memory of failures are shared with no other account.</summary>
    public HttpWire(Uri address, string apiKey, ProviderTimeouts timeouts, TimeProvider clock)
    {
        // Relative paths go below the address, also where it does not end in a slash.
        _address = new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        _authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        _http = Connections();
        _pipeline = Pipeline(timeouts, clock);
    }

    /// <summary>Sends a request until there is an answer, and reads all of it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, relative to the account's address.</param>
    /// <param name="body">JSON; null where there is none.</param>
    /// <param name="cancel">Ends the waiting. The request itself goes on: that the caller has gone says nothing about the provider.</param>
    /// <exception cref="BrokenCircuitException">The provider is being left alone; nothing was sent.</exception>
    /// <exception cref="TimeoutRejectedException">No answer in time.</exception>
    /// <exception cref="HttpRequestException">The connection broke or never was.</exception>
    /// <exception cref="IOException">The connection broke within the answer.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public Task<HttpReply> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancel) =>
        // The caller has gone: send nothing.
        cancel.IsCancellationRequested ? Task.FromCanceled<HttpReply>(cancel) : _pipeline
            .ExecuteAsync(
                static (call, token) => call.Wire.SendOnceAsync(call.Method, call.Path, call.Body, token),
                (Wire: this, Method: method, Path: path, Body: body),
                CancellationToken.None)
            .AsTask().WaitAsync(cancel);

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

    private async ValueTask<HttpReply> SendOnceAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        request.Headers.Authorization = _authorization;
        if (body is { } json)
        {
            request.Content = new ReadOnlyMemoryContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await _http.SendAsync(request, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        return new HttpReply((int)response.StatusCode, await ReadAsync(stream, cancel));
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBodyLength + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer, MaxBodyLength + 1, throwOnEndOfStream: false, cancel);
            return length > MaxBodyLength ? [] : buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>From the outside in: the breaker, which counts requests and not their tries; the time for all tries; the tries.</summary>
    private static ResiliencePipeline<HttpReply> Pipeline(ProviderTimeouts timeouts, TimeProvider clock)
    {
        // Long enough to see several requests run out of time, short enough to forget soon that all was well.
        var memory = TimeSpan.FromSeconds(10) + timeouts.Total;
        var failing = new PredicateBuilder<HttpReply>()
            .Handle<HttpRequestException>().Handle<IOException>().HandleResult(static reply => reply.IsPassing);
        return new ResiliencePipelineBuilder<HttpReply> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpReply>
            {
                ShouldHandle = new PredicateBuilder<HttpReply>()
                    .Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>()
                    .HandleResult(static reply => reply.IsPassing),
                // One answer shows that the provider lives.
                FailureRatio = 1,
                MinimumThroughput = DeadAfter,
                SamplingDuration = memory,
                BreakDuration = timeouts.Pause,
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
