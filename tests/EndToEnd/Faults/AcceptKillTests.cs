using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Faults;

/// <summary>The connections of a server that books what was accepted break again and again, between its commits and within.</summary>
[Long]
public sealed class AcceptKillTests(BooksFixture books)
{
    private const int Lines = LineActs.Most;
    private const int MostKilled = 40;

    private static readonly string[] Syllables = ["ba", "de", "fi", "go", "lu", "me", "ni", "po", "ra", "su"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acceptance_WhoseConnectionsBreak_BooksEachLineOnce_AndNoneIsMissing()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(Enumerable.Range(0, Lines).Select(at => ($"c-{at}", $"INV-2027-{at:0000}", AmountMinor(at))), NameOf);
        await ImportAsync(shop);
        Assert.Equal(Lines, await shop.Books.CountAsync("settlement_line WHERE status = 'open'"));
        await using var engine = new PaymentEngine(
            new PostgresStore(shop.Books.Database), TimeProvider.System,
            new EngineOptions { Lanes = 4, BatchLimit = 3, Lease = TimeSpan.FromSeconds(2) });
        await using var parts = new ServiceCollection()
            .AddSingleton(shop.Statements).AddSingleton(new LineMatching(shop.Books.Database)).AddSingleton(shop.NewDesk(engine))
            .AddSingleton<IActLog>(new OperatorActions(shop.Books.Database)).BuildServiceProvider();
        var (id, killed) = (Business.NewId(), 0);
        var request = new ActRequest(
            shop.Merchant, new Asked(), "all that are sure",
            (subject, reason) => new Origin(shop.Merchant, Credential: 0, id)
            {
                Action = new OperatorAction(null, "Ada", LineActs.Accept.Word, subject, reason),
            },
            Key: null, parts, Cancel);

        var accepting = AcceptUntilDoneAsync();
        while (!accepting.IsCompleted && killed < MostKilled)
        {
            killed += await shop.Books.KillBackendAtWorkAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }

        await accepting;

        Assert.InRange(killed, 3, MostKilled);
        Assert.Equal(
            (Lines, Lines, 0L),
            (await shop.Books.CountAsync("settlement_line WHERE status = 'booked'"), await shop.Books.CountAsync("payment"),
                await shop.Books.CountAsync("charge WHERE is_open")));
        Assert.Equal(Lines, await shop.Books.CountAsync("operator_action WHERE what = 'settlement.book'"));
        await shop.Books.AssertCleanAsync();

        // The person presses the button again, until all is done.
        async Task AcceptUntilDoneAsync()
        {
            for (var isDone = false; !isDone;)
            {
                try
                {
                    await LineActs.Accept.OnceAsync(request);
                    isDone = await shop.Books.CountAsync("settlement_line WHERE status = 'open'") == 0;
                }
                catch (Exception broken) when (broken is StoreUnavailableException or Npgsql.NpgsqlException or OutcomeUnknownException)
                {
                }
            }
        }
    }

    private static async Task ImportAsync(Shop shop)
    {
        var statement = new Camt();
        for (var at = 0; at < Lines; at++)
        {
            var amount = AmountMinor(at) / 100m;
            statement.WithEntry(amount, FormattableString.Invariant($"""
                <Ntry><Amt Ccy="EUR">{amount:0.00}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
                <BookgDt><Dt>2027-11-02</Dt></BookgDt><AcctSvcrRef>B{at}</AcctSvcrRef>
                <NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{NameOf($"c-{at}")}</Nm></Dbtr></RltdPties>
                <RmtInf><Ustrd>thank you</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
                """));
        }

        await using var file = new MemoryStream(Encoding.UTF8.GetBytes(statement.ToXml()));
        var imported = await shop.Desk.ImportAsync(file, "november.xml", new ReadingOptions(), shop.Origin, progress: null, Cancel);
        Assert.Empty(imported.Faults);
    }

    // No other customer owes as much.
    private static long AmountMinor(int at) => 10_00 + at;

    private static string NameOf(string account)
    {
        var at = int.Parse(account[2..], System.Globalization.CultureInfo.InvariantCulture);
        return $"{Word(at / 25)} {Word(500 + (at % 25))}";
    }

    private static string Word(int at)
    {
        var word = $"{Syllables[at / 100 % 10]}{Syllables[at / 10 % 10]}{Syllables[at % 10]}";
        return char.ToUpperInvariant(word[0]) + word[1..];
    }
}
