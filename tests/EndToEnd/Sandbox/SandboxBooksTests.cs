using System.Globalization;
using System.Text;
using Quittance.Sandbox.Books;

namespace Quittance.Tests.Sandbox;

/// <summary>The books without a wire, in virtual time.</summary>
public sealed class SandboxBooksTests : IDisposable
{
    private const string Account = "account";
    private static readonly Uri Nowhere = new("http://nowhere.example/");

    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-sandbox-").FullName;
    private readonly ManualClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsDue_HappensWhenItsTimeHasCome()
    {
        using var books = Open(null);
        var capture = ChargeDebit(books);
        _clock.Advance(TimeSpan.FromSeconds(1));
        books.Tick();
        Assert.Equal(RequestState.Pending, books.Find(Account, capture).Request!.State);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(1), books.NextDue);

        _clock.Advance(TimeSpan.FromSeconds(1));
        books.Tick();
        Assert.Equal(RequestState.Approved, books.Find(Account, capture).Request!.State);
        var notice = Assert.Single(books.TakeDueNotices());
        books.NoticeArrived(notice);
        Assert.Null(books.NextDue);
    }

    [Fact]
    public void WhatIsDueAndWhatIsNotSentYet_SurviveARestart()
    {
        Guid capture;
        using (var books = Open(_folder))
            capture = ChargeDebit(books);
        _clock.Advance(TimeSpan.FromSeconds(2));
        using (var books = Open(_folder))
            books.Tick();
        string id;
        using (var books = Open(_folder))
        {
            Assert.Equal(RequestState.Approved, books.Find(Account, capture).Request!.State);
            var notice = Assert.Single(books.TakeDueNotices());
            id = notice.Id;
        }

        using (var books = Open(_folder))
        {
            var notice = Assert.Single(books.TakeDueNotices());
            Assert.Equal(id, notice.Id);
            books.NoticeArrived(notice);
        }

        using (var books = Open(_folder))
            Assert.Empty(books.TakeDueNotices());
    }

    [Fact]
    public void Notice_IsTriedTenTimes()
    {
        using var books = Open(null);
        ChargeDebit(books);
        _clock.Advance(TimeSpan.FromSeconds(2));
        books.Tick();
        var tries = 0;
        while (books.NextDue is { } due)
        {
            _clock.Advance(due - _clock.GetUtcNow());
            foreach (var notice in books.TakeDueNotices())
            {
                tries++;
                books.NoticeFailed(notice);
            }
        }

        Assert.Equal(10, tries);
    }

    [Fact]
    public void Notice_WaitsForAKey()
    {
        using var books = SandboxBooks.Open(null, _clock);
        ChargeDebit(books);
        _clock.Advance(TimeSpan.FromSeconds(2));
        books.Tick();
        Assert.Empty(books.TakeDueNotices());
        books.SetNoticeKey(Account, [1, 2, 3]);
        Assert.Single(books.TakeDueNotices());
    }

    [Fact]
    public void TheFolder_BelongsToOne()
    {
        using var books = Open(_folder);
        Assert.Throws<IOException>(() => Open(_folder));
    }

    [Theory]
    [InlineData(66601, AnswerManner.Missing)]
    [InlineData(66607, AnswerManner.Broken)]
    [InlineData(66602, AnswerManner.Normal)]
    public void TheWiresMisbehaviour_IsSaidInTheReplyOnce(long amountMinor, AnswerManner manner)
    {
        using var books = Open(null);
        var (authorisation, capture) = (RunningSandbox.NewId, RunningSandbox.NewId);
        books.Authorise(Account,
            Authorising(authorisation, amountMinor, new(InstrumentKind.Card, RunningSandbox.Card) { ExpiryMonth = 1, ExpiryYear = 2099 }));
        var first = books.Capture(Account, new(capture, authorisation, amountMinor, "EUR"));
        var second = books.Capture(Account, new(capture, authorisation, amountMinor, "EUR"));
        Assert.Equal((manner, amountMinor == 66602), (first.Manner, first.NoticeFirst is not null));
        Assert.Equal((AnswerManner.Normal, null), (second.Manner, second.NoticeFirst));
        Assert.Equal(first.Request, second.Request);
    }

    [Fact]
    public void Numbers_AreNotInTheTextOfARequest()
    {
        var request = Authorising(RunningSandbox.NewId, 1, new(InstrumentKind.Card, RunningSandbox.Card));
        Assert.DoesNotContain(RunningSandbox.Card, request.ToString(), StringComparison.Ordinal);
    }

    private static AuthoriseRequest Authorising(Guid id, long amountMinor, InstrumentDetails instrument) =>
        new(id, amountMinor, "EUR", instrument) { NoticeUrl = Nowhere };

    private static Guid ChargeDebit(SandboxBooks books)
    {
        var (authorisation, capture) = (RunningSandbox.NewId, RunningSandbox.NewId);
        books.Authorise(Account, Authorising(authorisation, 500, new(InstrumentKind.UkAccount, "55779911")));
        Assert.Equal(RequestState.Pending, books.Capture(Account, new(capture, authorisation, 500, "EUR")).Request!.State);
        return capture;
    }

    private SandboxBooks Open(string? folder)
    {
        var books = SandboxBooks.Open(folder, _clock);
        books.SetNoticeKey(Account, Encoding.UTF8.GetBytes("key"));
        return books;
    }

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.Parse("2030-01-01T00:00:00Z", CultureInfo.InvariantCulture);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }
}
