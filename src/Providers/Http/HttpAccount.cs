using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Providers.Http;

/// <summary>
/// A merchant's account at a provider that speaks HTTP. A question ends in time. An answer counts only if it names this request;
/// otherwise the log says why it does not.
/// </summary>
internal sealed class HttpAccount(ProviderAccount account, HttpWire wire, ProviderTimeouts timeouts, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Longest = ProviderTimeouts.Longest - TimeSpan.FromSeconds(1);

    // A provider that changes its words changes them everywhere.
    private const int MostTold = 1000;

    private readonly TimeSpan _limit = timeouts.Total * 2 < Longest ? timeouts.Total * 2 : Longest;
    private readonly ConcurrentDictionary<(string, string), bool> _told = new();
    private bool _isKeyRefused;

    public string Name => account.Provider;

    public string ApiKey => account.ApiKey;

    public bool IsSilent => wire.IsSilent;

    /// <summary>A verb may take several calls; together they end in time.</summary>
    public async Task<ProviderAnswer> InTimeAsync(
        Func<ProviderRequest, CancellationToken, Task<ProviderAnswer>> ask, ProviderRequest request, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        return await ask(request, either.Token);
    }

    /// <summary>Sends a request about an attempt; null where no answer came.</summary>
    public async Task<HttpReply?> SendAsync(WireRequest sent, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if (request.Id.Merchant != account.Merchant)
            throw new ArgumentException("The attempt is another merchant's.", nameof(request));
        var (reply, trouble) = await wire.SendAsync(sent, cancel);
        if (trouble is not null)
            ProviderLog.Unknown(log, Name, verb, request.Id.Value, trouble);
        return reply;
    }

    /// <summary>Sends a request about a page for a session; null where no answer came.</summary>
    public async Task<HttpReply?> SendAsync(WireRequest sent, SessionId session, CancellationToken cancel)
    {
        var (reply, trouble) = await wire.SendAsync(sent, cancel);
        if (trouble is not null)
            NoPage(session, trouble);
        return reply;
    }

    /// <summary>The answer to a question about what the provider has; null where none came.</summary>
    public async Task<HttpReply?> AskAsync(string path, CancellationToken cancel)
    {
        var (reply, trouble) = await wire.SendAsync(WireRequest.Get(path), cancel);
        if (trouble is not null)
            NotShown(trouble);
        return reply;
    }

    /// <summary>The body of such an answer; null where there is none.</summary>
    public async Task<ReadOnlyMemory<byte>?> ShownAsync(string path, CancellationToken cancel)
    {
        if (await AskAsync(path, cancel) is not { } reply)
            return null;
        if (reply.Status == 200)
            return reply.Body;
        NotShown($"{path.Split('?')[0]}, status {reply.Status}");
        return null;
    }

    /// <summary>An answer about the very request.</summary>
    /// <param name="reference">The provider's own id of it.</param>
    public ProviderAnswer Answered(Verb verb, ProviderRequest request, string? reference, ProviderAnswer? answer)
    {
        if (answer is not { Verdict: not Verdict.Unknown })
            return Unreadable(verb, request);
        ProviderLog.Answered(log, Name, verb, request.Id.Value, answer.Verdict);
        return answer.Verdict == Verdict.NotFound ? answer : answer with { Reference = reference };
    }

    /// <summary>The answer to a request that the provider has taken: that it was not carried out is none.</summary>
    public static ProviderAnswer Done(ProviderAnswer answer) => answer.Verdict == Verdict.NotFound ? ProviderAnswer.Unknown : answer;

    /// <summary>The answer to a request from a refund of the provider's.</summary>
    /// <param name="of">The provider's id of the authorisation.</param>
    public ProviderAnswer Refunded(HttpRefund? refund, string of, ProviderRequest request) =>
        refund is null ? Unreadable(Verb.Refund, request)
        : IdOf(refund) != request.Id.Value ? Another(Verb.Refund, request, "attempt")
        : refund.Of != of || refund.Amount != request.Amount ? Another(Verb.Refund, request, "amount or payment")
        : refund.Answer is null ? WordUnknown(Verb.Refund, request, "refund", refund.Id, refund.Status)
        : Answered(Verb.Refund, request, refund.Id, refund.Answer);

    /// <summary>An answer that says nothing.</summary>
    public ProviderAnswer Unreadable(Verb verb, ProviderRequest request) => Unknown(verb, request, "an answer that can't be read");

    /// <summary>No clear answer: an object's status is a word that is not known here.</summary>
    public ProviderAnswer WordUnknown(Verb verb, ProviderRequest request, string what, string id, string word)
    {
        WordUnknown(what, id, word);
        return Unknown(verb, request, "a word that is not known here");
    }

    /// <summary>An object's status is a word that is not known here, so it says nothing: raises an alert, once for each object.</summary>
    /// <param name="what">What it is, such as <c>refund</c>.</param>
    public void WordUnknown(string what, string id, string word)
    {
        if (_told.Count < MostTold && _told.TryAdd((id, word), true))
            ProviderLog.WordUnknown(log, Name, account.Merchant.Value, what, id, StrictJson.IsWord(word) ? word : "something else");
    }

    /// <summary>Only a part of a disputed amount came back, which a person books: raises an alert, once for each part.</summary>
    public void PartCameBack(string dispute, Money amount, Money part)
    {
        if (_told.Count < MostTold && _told.TryAdd((dispute, part.ToString()), true))
            ProviderLog.PartCameBack(log, Name, account.Merchant.Value, dispute, amount, part);
    }

    /// <summary>No clear answer.</summary>
    /// <param name="why">Why, in words of ours.</param>
    public ProviderAnswer Unknown(Verb verb, ProviderRequest request, string why)
    {
        ProviderLog.Unknown(log, Name, verb, request.Id.Value, why);
        return ProviderAnswer.Unknown;
    }

    /// <summary>An answer about something else than was asked.</summary>
    public ProviderAnswer Another(Verb verb, ProviderRequest request, string what)
    {
        ProviderLog.AnsweredAnother(log, Name, verb, request.Id.Value, what);
        return ProviderAnswer.Unknown;
    }

    /// <summary>An answer with a status that no request of ours should get.</summary>
    /// <param name="isOther">Whether the provider has carried out something else under the request's id.</param>
    public ProviderAnswer Wrong(HttpReply reply, Verb verb, ProviderRequest request, bool isOther = false)
    {
        var isKeyWrong = reply.Status is 401 or 403;
        if (!isKeyWrong && !isOther)
            return Unknown(verb, request, $"unexpected status {reply.Status}");
        // Another key is another client, so one alert is enough.
        if (isKeyWrong && !Interlocked.Exchange(ref _isKeyRefused, true))
            ProviderLog.KeyRefused(log, Name, account.Merchant.Value, reply.Status);
        ProviderLog.SetUpWrong(
            log, Name, verb, request.Id.Value, reply.Status,
            isKeyWrong ? "it does not accept the account's API key" : "it knows the id with other content");
        return ProviderAnswer.Unknown;
    }

    /// <summary>A request that the provider, or we, refuse as it stands.</summary>
    public ProviderAnswer Refused(Verb verb, ProviderRequest request, string why, DeclineReason reason = DeclineReason.RequestRefused)
    {
        ProviderLog.Refused(log, Name, verb, request.Id.Value, why);
        return ProviderAnswer.Declined(reason);
    }

    /// <summary>The provider does not show what it has, or not so that it can be read.</summary>
    public void NotShown(string what) => ProviderLog.NotShown(log, Name, what);

    /// <summary>The provider gives no page on which a customer enters an instrument.</summary>
    public void NoPage(SessionId session, string what) => ProviderLog.NoPage(log, Name, session.Value, what);

    /// <summary>A refund in the list of what changed in a time. A person may have made it at the provider's console.</summary>
    public ListedRequest Listed(HttpRefund refund, Guid authorisation, DateTimeOffset at)
    {
        if (refund.Answer is null)
            WordUnknown("refund", refund.Id, refund.Status);
        return new ListedRequest(
            IdOf(refund), Verb.Refund, authorisation, refund.Amount,
            (refund.Answer ?? ProviderAnswer.Unknown) with { Reference = refund.Id }, at);
    }

    /// <summary>The id of a refund in the books: ours, or one that follows from the provider's.</summary>
    private Guid IdOf(HttpRefund refund) => refund.Attempt ?? IdOf($"refund {refund.Id}");

    /// <summary>
    /// The id in the books of a capture that is not ours: a person made it at the provider's console, or the provider by itself. It is the
    /// payment's first, so that a capture of ours that comes later is the same.
    /// </summary>
    /// <param name="of">The provider's id of the authorisation.</param>
    public Guid IdOfCapture(Guid? payment, string of) => payment is { } known
        ? AttemptId.Of(new PaymentId(account.Merchant, known), Verb.Capture, nth: 1).Value : IdOf($"capture {of}");

    /// <summary>An id for a request that is none of ours, the same each time.</summary>
    public Guid IdOf(string request) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name} {request}")).AsSpan(0, 16));

    public override string ToString() => account.ToString();
}
