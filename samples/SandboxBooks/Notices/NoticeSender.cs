using System.Text;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Notices;

/// <summary>Does what is due when it is due, and posts the notices.</summary>
internal sealed class NoticeSender : IAsyncDisposable
{
    private readonly SandboxBooks _books;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim _woken = new(0);
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public NoticeSender(SandboxBooks books, TimeProvider clock)
    {
        (_books, _clock) = (books, clock);
        _timer = clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start() => _running = RunAsync();

    /// <summary>Something may be due earlier than it was.</summary>
    public void Wake()
    {
        if (_woken.CurrentCount == 0)
            _woken.Release();
    }

    /// <summary>Posts a notice and reports to the books whether it arrived.</summary>
    public async Task SendAsync(SignedNotice notice)
    {
        var arrived = true;
        for (var copy = 0; copy < notice.Copies; copy++)
            arrived = await PostAsync(notice) && arrived;
        if (_stop.IsCancellationRequested)
            return;
        if (arrived)
            _books.NoticeArrived(notice);
        else
            _books.NoticeFailed(notice);
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _timer.DisposeAsync();
        _client.Dispose();
    }

    private async Task RunAsync()
    {
        var sending = new HashSet<Task>();
        while (!_stop.IsCancellationRequested)
        {
            sending.RemoveWhere(task => task.IsCompleted);
            try
            {
                _books.Tick();
                // One receiver that does not answer must not hold up the others.
                foreach (var ofOne in _books.TakeDueNotices().GroupBy(notice => notice.Authorisation))
                    sending.Add(SendInOrderAsync([.. ofOne]));
                if (_books.NextDue is { } due)
                    _timer.Change(Max(due - _clock.GetUtcNow(), TimeSpan.FromMilliseconds(1)), Timeout.InfiniteTimeSpan);
            }
            catch (IOException)
            {
                // The disk is full, say. The due notices stay due.
                _timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            }

            await _woken.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendInOrderAsync(IReadOnlyList<SignedNotice> notices)
    {
        foreach (var notice in notices)
            await SendAsync(notice);
    }

    private async Task<bool> PostAsync(SignedNotice notice)
    {
        using var message = new HttpRequestMessage(
            HttpMethod.Post, notice.Url)
        { Content = new StringContent(notice.Body, Encoding.UTF8, "application/json") };
        message.Headers.Add("webhook-id", notice.Id);
        message.Headers.Add("webhook-timestamp", notice.Timestamp.ToString());
        message.Headers.Add("webhook-signature", notice.Signature);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
