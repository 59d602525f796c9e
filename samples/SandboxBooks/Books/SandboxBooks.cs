using System.Security.Cryptography;
using System.Text;
using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>
/// The whole sandbox but the wire: requests, authorisations, disputes and notices of every account, kept in a journal. What is due
/// happens when <see cref="Tick"/> is called, so that it runs in virtual time too. May be called from many threads.
/// </summary>
public sealed class SandboxBooks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AccountBooks> _accounts = [];
    private readonly Dictionary<string, (string Account, Guid Authorisation)> _confirmable = [];
    private readonly PriorityQueue<(string Account, Guid Authorisation), (DateTimeOffset At, long Number)> _work = new();
    private readonly NoticeQueue _notices = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _lateBy;
    private readonly Journal? _journal;
    private long _workNumber;

    private SandboxBooks(string? folder, TimeProvider clock, TimeSpan lateBy)
    {
        (_clock, _lateBy) = (clock, lateBy);
        _journal = folder is null ? null : Journal.Open(folder, Apply);
    }

    /// <summary>When something is due next, for <see cref="Tick"/> and <see cref="TakeDueNotices"/>; null: nothing is.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                DateTimeOffset? work = _work.TryPeek(out _, out var next) ? next.At : null;
                return _notices.NextDue is { } notice && (work is null || notice < work) ? notice : work;
            }
        }
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Opens the books of a folder, which is made if need be.</summary>
    /// <param name="folder">Where the journal is; null: in memory only.</param>
    /// <param name="clock">Says what time it is.</param>
    /// <param name="lateBy">How long after a request its later effects happen; null: two seconds.</param>
    /// <exception cref="IOException">Another process has them open.</exception>
    public static SandboxBooks Open(string? folder, TimeProvider clock, TimeSpan? lateBy = null) =>
        new(folder, clock, lateBy ?? TimeSpan.FromSeconds(2));

    /// <summary>The account that an API key opens.</summary>
    public static string AccountOf(string apiKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(apiKey)));

    /// <summary>Reserves money.</summary>
    /// <param name="account">The account, as <see cref="AccountOf"/> names it.</param>
    public Reply Authorise(string account, AuthoriseRequest request) => Ask(
        account,
        new BookedRequest(
            request.Id, RequestVerb.Authorise, request.Id, request.AmountMinor, request.Currency)
        { Instrument = request.Instrument.Shown, Payment = request.Payment, Customer = request.Customer },
        (deciding, asked) => deciding.Authorise(asked, request));

    /// <summary>Takes reserved money, once.</summary>
    public Reply Capture(string account, CaptureRequest request) => Ask(
        account,
        new BookedRequest(request.Id, RequestVerb.Capture, request.Authorisation, request.AmountMinor, request.Currency),
        (deciding, asked) => deciding.Capture(asked));

    /// <summary>Gives a reservation back.</summary>
    public Reply Void(string account, VoidRequest request) => Ask(
        account,
        new BookedRequest(request.Id, RequestVerb.Void, request.Authorisation, 0, null),
        (deciding, asked) => deciding.Void(asked));

    /// <summary>Gives captured money back.</summary>
    public Reply Refund(string account, RefundRequest request) => Ask(
        account,
        new BookedRequest(request.Id, RequestVerb.Refund, request.Authorisation, request.AmountMinor, request.Currency),
        (deciding, asked) => deciding.Refund(asked, request.IsByHand));

    /// <summary>The state of a request.</summary>
    public Reply Find(string account, Guid request)
    {
        lock (_gate)
        {
            return _accounts.GetValueOrDefault(account) is { } books && books.FindRequest(request) is { } found
                ? ReplyOf(books, found)
                : new Reply(null, ReplyFault.NotFound);
        }
    }

    /// <summary>An authorisation as it stands; null where there is none, or it was declined at once.</summary>
    public BookedAuthorisation? FindAuthorisation(string account, Guid id)
    {
        lock (_gate)
            return _accounts.GetValueOrDefault(account)?.FindAuthorisation(id);
    }

    /// <summary>Decides a pending authorisation. Deciding again the same way changes nothing; the other way is not possible.</summary>
    public Reply Confirm(string account, Guid authorisation, bool approve)
    {
        lock (_gate)
        {
            var books = Of(account);
            if (books.FindAuthorisation(authorisation) is not { } found)
                return new Reply(null, ReplyFault.NotFound);
            if (Decide(books).Confirm(found, approve) is { } entry)
                Commit(entry);
            var request = books.FindRequest(authorisation)!;
            return (request.State == RequestState.Approved) == approve ? ReplyOf(books, request) : new Reply(null, ReplyFault.NotPossible);
        }
    }

    /// <summary>The authorisation that a confirmation page is about, with its account; null when the token does not fit.</summary>
    public (string Account, BookedAuthorisation Authorisation, RequestState State)? FindToConfirm(Guid authorisation, string token)
    {
        lock (_gate)
        {
            if (!_confirmable.TryGetValue(token, out var found) || found.Authorisation != authorisation)
                return null;
            var books = Of(found.Account);
            return (found.Account, books.FindAuthorisation(authorisation)!, books.FindRequest(authorisation)!.State);
        }
    }

    public DisputeReply OpenDispute(string account, DisputeRequest request)
    {
        lock (_gate)
        {
            var books = Of(account);
            if (books.FindDispute(request.Id) is { } earlier)
            {
                return (earlier.Authorisation, earlier.Kind) == (request.Authorisation, request.Kind)
                    && earlier.AmountMinor == (request.AmountMinor ?? earlier.AmountMinor)
                        && earlier.FeeMinor == (request.FeeMinor ?? earlier.FeeMinor)
                    ? new DisputeReply(earlier)
                    : new DisputeReply(null, ReplyFault.IdTaken);
            }

            if (books.FindAuthorisation(request.Authorisation) is not { } authorisation)
                return new DisputeReply(null, ReplyFault.NotFound);
            return Decide(books).OpenDispute(authorisation, request) is { } entry
                ? new DisputeReply(Commit(entry).Dispute)
                : new DisputeReply(null, ReplyFault.NotPossible);
        }
    }

    /// <summary>Ends a dispute. Ending it again the same way changes nothing; the other way is not possible.</summary>
    public DisputeReply EndDispute(string account, string dispute, bool won)
    {
        lock (_gate)
        {
            var books = Of(account);
            if (books.FindDispute(dispute) is not { } found)
                return new DisputeReply(null, ReplyFault.NotFound);
            if (found.State == DisputeState.Opened)
                return new DisputeReply(Commit(Decide(books).EndDispute(found, won)).Dispute);
            return (found.State == DisputeState.Won) == won ? new DisputeReply(found) : new DisputeReply(null, ReplyFault.NotPossible);
        }
    }

    /// <summary>Sets the key that signs the account's notices from now on. Without one they wait.</summary>
    public void SetNoticeKey(string account, byte[] key)
    {
        lock (_gate)
            Commit(new Entry(account) { NoticeKey = key });
    }

    /// <summary>A page of the account's books; null when the authorisation to go on after is unknown.</summary>
    public BooksPage? Page(string account, Guid? after, int limit)
    {
        lock (_gate)
            return Of(account).Page(after, limit);
    }

    /// <summary>A page of the requests and disputes of an account that last changed in a time.</summary>
    /// <param name="until">The end of the time, which is no part of it.</param>
    /// <param name="from">Where the page begins; 0 for the first.</param>
    public ChangesPage Changes(string account, DateTimeOffset since, DateTimeOffset until, int from, int limit)
    {
        lock (_gate)
            return Of(account).Changes(since, until, from, limit);
    }

    /// <summary>All requests and disputes of an account that last changed in a time.</summary>
    public IEnumerable<BookedChange> Changes(string account, DateTimeOffset since, DateTimeOffset until)
    {
        for (int? from = 0; from is { } start;)
        {
            var page = Changes(account, since, until, start, limit: 100);
            foreach (var change in page.Changes)
                yield return change;
            from = page.Next;
        }
    }

    public IEnumerable<BookedDispute> Disputes(string account) =>
        Changes(account, DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Select(change => change.Dispute).OfType<BookedDispute>();

    /// <summary>The request that captured an authorisation; null while there is none.</summary>
    public BookedRequest? CaptureOf(string account, Guid authorisation) =>
        FindAuthorisation(account, authorisation)?.Capture is { } capture ? Find(account, capture).Request : null;

    /// <summary>Does what is due by now.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            while (_work.TryPeek(out var work, out var next) && next.At <= Now)
            {
                var books = Of(work.Account);
                var authorisation = books.FindAuthorisation(work.Authorisation);
                if (authorisation?.Next is { } due && due.At == next.At && Decide(books).Due(authorisation, due.Kind) is { } entry)
                    Commit(entry);
                // Last, so that it is not forgotten when the journal can't be written. Its results are due later than itself.
                _work.Dequeue();
            }
        }
    }

    /// <summary>
    /// Takes the notices that are due by now, in order. The caller sends each and reports <see cref="NoticeArrived"/> or
    /// <see cref="NoticeFailed"/>.
    /// </summary>
    public IReadOnlyList<SignedNotice> TakeDueNotices()
    {
        lock (_gate)
            return _notices.TakeDue(account => _accounts.GetValueOrDefault(account)?.NoticeKey, Now);
    }

    /// <summary>A notice was taken in: it is not sent again.</summary>
    public void NoticeArrived(SignedNotice notice)
    {
        lock (_gate)
            Finish(notice);
    }

    /// <summary>A notice was not taken in: it is sent again later, unless it is forged or was tried ten times.</summary>
    public void NoticeFailed(SignedNotice notice)
    {
        lock (_gate)
        {
            if (!_notices.TryAgain(notice.Id, Now))
                Finish(notice);
        }
    }

    /// <summary>Closes the journal.</summary>
    public void Dispose() => _journal?.Dispose();

    private static Reply ReplyOf(AccountBooks books, BookedRequest request) => new(request)
    {
        ConfirmPath = request is { Verb: RequestVerb.Authorise, State: RequestState.Pending }
            ? $"/v1/confirm/{request.Id}?token={books.FindAuthorisation(request.Id)!.ConfirmToken}"
            : null,
    };

    private Reply Ask(string account, BookedRequest asked, Func<Deciding, BookedRequest, Decision> decide)
    {
        lock (_gate)
        {
            var books = Of(account);
            if (books.FindRequest(asked.Id) is { } earlier)
                return earlier.AsksTheSame(asked) ? ReplyOf(books, earlier) : new Reply(null, ReplyFault.IdTaken);
            var decision = decide(Decide(books), asked);
            var entry = Commit(decision.Entry);
            if (entry.Requests is null)
                return new Reply(null) { Manner = decision.Manner };
            return ReplyOf(books, entry.Requests[0]) with
            {
                Manner = decision.Manner,
                NoticeFirst = decision.NoticeFirst && entry.Notices is [var notice] ? _notices.Take(notice.Id, books.NoticeKey, Now) : null,
            };
        }
    }

    private Deciding Decide(AccountBooks books) => new(books, Now, _lateBy);

    private AccountBooks Of(string account)
    {
        if (!_accounts.TryGetValue(account, out var books))
            _accounts.Add(account, books = new AccountBooks(account));
        return books;
    }

    private void Finish(SignedNotice notice)
    {
        if (_notices.AccountOf(notice.Id) is { } account)
            Commit(new Entry(account) { NoticeDone = notice.Id });
    }

    private Entry Commit(Entry entry)
    {
        entry = entry with { At = Now };
        _journal?.Append(entry);
        Apply(entry);
        return entry;
    }

    private void Apply(Entry entry)
    {
        Of(entry.Account).Apply(entry);
        if (entry.Authorisation is { Next: { } next } due)
            _work.Enqueue((entry.Account, due.Id), (next.At, _workNumber++));
        if (entry.Authorisation is { ConfirmToken: { } token } confirmable)
            _confirmable[token] = (entry.Account, confirmable.Id);
        if (entry.NoticeDone is { } done)
            _notices.Remove(done);
        foreach (var notice in entry.Notices ?? [])
            _notices.Add(entry.Account, notice);
        if (entry.NoticeKey is not null)
            _notices.KeySet(entry.Account, Now);
    }
}
