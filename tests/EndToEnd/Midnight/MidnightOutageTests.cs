using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The answer to a call in whose middle the database goes away.</summary>
public sealed class MidnightOutageTests : IAsyncLifetime
{
    private const string Record = """{"CustomerId":1,"AmountBilled":1,"RequestSource":"PRCMerchant"}""";
    private const string Body = $"[{Record},{Record},null,{Record},{Record}]";
    private const string NotProcessed =
        """{"CustomerPaymentId":0,"CustomerPaymentNumber":null,"Error":{"ErrorMessage":[{"Key":"","Message":"Payment record was not """
            + """processed and nothing of it is stored: the service is unavailable. Send it again."}]}}""";

    private readonly FailingStore _store = new();
    private WebApplication _server = null!;
    private PaymentEngine _engine = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var port = BooksFixture.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _engine = new PaymentEngine(
            _store, TimeProvider.System,
            new EngineOptions { Lanes = 1, BatchLimit = 1, Patience = TimeSpan.Zero, LongestWait = TimeSpan.FromMilliseconds(100) });
        var dialect = new MidnightRoutes(clients: null!, authorisations: null!, orders: null!);
        // Money of print jobs is in hand: no provider is asked for it.
        var hold = new Hold(IsHeld: false);
        var collector = new Collector(
            _engine, _store, attempts: null!, providers: null!, vault: null!, new AttemptSchedule(), hold, TimeProvider.System);
        dialect.Map(new DialectRoutes(_server, dialect, collector, _store, new Anyone(), TimeProvider.System, hold));
        await _server.StartAsync();
        _client = DescribedAnswers.Client(new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("k")]
    public async Task Insert_WithNothingStored_IsToBeSentAgain(string? key)
    {
        _store.CommitsLeft = 0;
        var (status, text, retryAfter) = await SendAsync(key);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable,
                """{"Message":"The service is unavailable. This call stored nothing. Send the request again."}""", true),
            (status, text, retryAfter));
    }

    [Fact]
    public async Task Insert_PartlyStoredUnderAKey_IsFinishedByTheSameCall()
    {
        _store.CommitsLeft = 2;
        var (status, text, retryAfter) = await SendAsync("k");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (status, retryAfter));
        Assert.StartsWith(
            """{"Message":"The service is unavailable. At least 2 payment(s) of the request are stored. Send it again with the same """
            + """Idempotency-Key""", text, StringComparison.Ordinal);

        _store.CommitsLeft = int.MaxValue;
        (status, text, _) = await SendAsync("k");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(4, _store.Payments.Count);
        Assert.All(_store.Payments, payment => Assert.Contains($"\"CustomerPaymentId\":{payment.Number},", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Insert_PartlyStoredWithoutAKey_TellsOfEachRecordWhatBecameOfIt()
    {
        _store.CommitsLeft = 2;
        var (status, text, _) = await SendAsync(key: null);

        // 503 would make clients repeat the whole call by themselves, and pay two records twice.
        Assert.Equal(HttpStatusCode.OK, status);
        var (first, second) = (_store.Payments[0].Number, _store.Payments[1].Number);
        Assert.Equal(
            $$$"""[{{{Stored(first)}}},{{{Stored(second)}}},{"CustomerPaymentId":0,"CustomerPaymentNumber":null,"Error":{"ErrorMessage":"""
                + $$$"""[{"Key":"","Message":"Payment record is empty."}]}},{{{NotProcessed}}},{{{NotProcessed}}}]""",
            text);
    }

    [Fact]
    public async Task Insert_WithARecordOfUnknownOutcome_DoesNotSayThatItIsToBeSentAgain()
    {
        (_store.CommitsLeft, _store.LosesCommitsFrom) = (int.MaxValue, 1);
        var (status, text, _) = await SendAsync(key: null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith(
            $$"""[{{Stored(_store.Payments[0].Number)}},{"CustomerPaymentId":0,"CustomerPaymentNumber":null,"Error":"""
                + """{"ErrorMessage":[{"Key":"","Message":"Payment record may be stored: its outcome is not known yet.""",
            text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("k", 0)]
    [InlineData("k", 1)]
    public async Task Insert_OfWhichNothingElseIsStored_OrUnderAKey_SaysThatItMayHaveBeenCarriedOut(string? key, int committed)
    {
        (_store.CommitsLeft, _store.LosesCommitsFrom) = (int.MaxValue, committed);
        var (status, text, retryAfter) = await SendAsync(key);

        Assert.Equal((HttpStatusCode.InternalServerError, false), (status, retryAfter));
        Assert.StartsWith(
            """{"Message":"The request may have been carried out: its outcome is not known yet.""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Insert_RepeatedWhileItsPaymentsCannotBeRead_ClaimsNothingUntrueAndIsAnsweredLater()
    {
        _store.CommitsLeft = int.MaxValue;
        var (_, first, _) = await SendAsync("k");

        _store.ReadsLeft = 0;
        var (status, text, retryAfter) = await SendAsync("k");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (status, retryAfter));
        Assert.Matches(
            "^{\"Message\":\"The service is unavailable. At least [1-4] payment\\(s\\) of the request are stored. Send it again with "
                + "the same", text);

        _store.ReadsLeft = int.MaxValue;
        (status, text, _) = await SendAsync("k");
        Assert.Equal((HttpStatusCode.OK, first, 4), (status, text, _store.Payments.Count));
    }

    private static string Stored(long number) =>
        $$"""{"CustomerPaymentId":{{number}},"CustomerPaymentNumber":"CP-{{number:D6}}","Error":null}""";

    private async Task<(HttpStatusCode Status, string Text, bool HasRetryAfter)> SendAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/Generic/CustomerPaymentInsert", UriKind.Relative))
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "PRC p, Midnight m");
        request.Headers.TryAddWithoutValidation("MISKEY", "k");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer.Headers.RetryAfter is not null);
    }

    private sealed class Anyone : Core.Access.ICredentials
    {
        public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(null);

        public ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(new Credential(
                new Installation(new MerchantId(1), 1, dialect, Currency.Parse("USD"), "en", "Etc/UTC"),
                1, kind, new HashSet<string> { "payments.write" }, new byte[32]));
    }

    /// <summary>The books of customer 1, in memory; out of reach after so many commits.</summary>
    private sealed class FailingStore : IStore, IStoreSession, IBooks
    {
        private static readonly MerchantId Merchant = new(1);
        private static readonly Reference Customer = new(Merchant, "midnight", "customer", "1");
        private readonly Account _account =
            new(new AccountId(Merchant, Guid.AllBitsSet), Customer.HomeSlot(), 1, Currency.Parse("USD"), null);
        private readonly Dictionary<RequestKey, KeptAnswer> _kept = [];
        private long _lastNumber;

        public int CommitsLeft { get; set; }

        /// <summary>From which commit on the answers are lost, and can't be asked for.</summary>
        public int LosesCommitsFrom { get; set; } = int.MaxValue;

        public int ReadsLeft { get; set; } = int.MaxValue;

        public List<Payment> Payments { get; } = [];

        public NamedObject? Remembered(Reference reference) => null;

        public IStoreSession OpenSession() => this;

        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state)
        {
            if (references.Contains(Customer))
                state.Load(Customer, new NamedObject(_account.Id, _account.Slot, _account.Id.Value));
            return Task.CompletedTask;
        }

        public Task PrefetchAsync(Wanted wanted, State state)
        {
            if (CommitsLeft == 0)
                throw new StoreUnavailableException();
            state.Load(_account);
            foreach (var slot in wanted.Slots)
                state.Load(slot, new SlotRow(_lastNumber, default));
            foreach (var key in wanted.Of(KeptAnswer.Shelf).Keys.Where(_kept.ContainsKey))
                state.Load(_kept[key]);
            return Task.CompletedTask;
        }

        public Task<CommitFate> CommitAsync(Batch batch)
        {
            if (LosesCommitsFrom-- <= 0)
                return Task.FromResult(CommitFate.Unknown);
            foreach (var kept in batch.State.Added(KeptAnswer.Shelf))
                _kept[kept.Key] = kept;
            Payments.AddRange(batch.State.Added(Payment.Shelf));
            _lastNumber = batch.Slots.Max(batch.State.LastNumber);
            CommitsLeft--;
            return Task.FromResult(CommitFate.Committed);
        }

        public Task ConfirmAsync() => Task.CompletedTask;

        public Task ReleaseAsync() => Task.CompletedTask;

        public Task<bool> WasCommittedAsync(Batch batch) => throw new StoreUnavailableException();

        public void BreakOff() => throw new NotSupportedException();

        public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<Guid, long>> PaymentNumbersAsync(
            MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
            ReadsLeft-- <= 0
                ? throw new StoreUnavailableException()
                : Task.FromResult<IReadOnlyDictionary<Guid, long>>(
                    Payments.Where(payment => ids.Contains(payment.Id.Value))
                        .ToDictionary(payment => payment.Id.Value, payment => payment.Number));

        public Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<RefundView?> RefundAsync(RefundId id, int? asOf, CancellationToken cancel) => throw new NotSupportedException();

        public Task<RefundView?> RefundAfterAsync(RefundId id, int sequence, CancellationToken cancel) => throw new NotSupportedException();

        public Task<RefundView?> RefundAsync(MerchantId merchant, long number, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<ListSlice<RefundView>> RefundsAsync(ListQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public Task<ListSlice<PaymentView>> PaymentsAsync(ListQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Account?> AccountAsync(Reference name, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<Account>> AccountsAsync(IReadOnlyList<Reference> names, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<ChargeId?> MovedChargeAsync(Reference name, CancellationToken cancel) => throw new NotSupportedException();

        public Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel) => throw new NotSupportedException();

        public Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<ChargeSlice> ChargesAsync(IReadOnlyList<Account> accounts, ChargeRange range, CancellationToken cancel) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
