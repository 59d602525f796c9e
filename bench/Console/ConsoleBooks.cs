using Quittance.Bench.Books;
using Quittance.Bench.Lists;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Storage.Tenancy;

namespace Quittance.Bench.Console;

/// <summary>
/// The books of <c>lists</c>, whose customers have names, and some of whom owe money, with what else an operator sees; and an admin who is
/// signed in there.
/// </summary>
/// <param name="Token">The admin's session.</param>
internal sealed record ConsoleBooks(ListBooks Books, string Token)
{
    private const int Debtors = 20_000;

    // Of these are some 50,000 surnames; a tenth of the customers has one word in common.
    private const string Given =
        "Anna Jonas Greta Lukas Felix Mia Zoë Jürgen Michael Samuel Chloé Øystein Łukasz Ines Mary Noah Emma Ben Paul Lea";

    private const string Syllables =
        "an ber cor dan el fer gar hol is jo kel lan mar nor ok pet qua rin sch ton ul vor wal xi yas zim ma ri lo ka be mann ler mei wag "
        + "ner koch bau hof wolf";

    private const int AtOnce = 2000;

    public static async Task<ConsoleBooks> FillAsync(BenchDatabase database, int payments, CancellationToken cancel)
    {
        var books = await ListBooks.FillAsync(database, payments, cancel);
        var merchant = books.Merchant.Id;
        Screen.Progress.Report("Giving names to customers, and charges to some");
        await database.ExecuteAsync(
            $"""
            INSERT INTO account_holder (merchant_id, account_id, name)
            SELECT a.merchant_id, a.id,
                CASE WHEN a.number % 10 = 0 THEN 'Customer ' || a.number
                     ELSE (string_to_array('{Given}', ' '))[1 + abs(hashint8(a.number)) % 20] || ' ' || initcap(
                        (SELECT string_agg((string_to_array('{Syllables}', ' '))[1 + abs(hashint8(a.number * 7 + at)) % 40], '')
                           FROM generate_series(1, 3) at)) END
              FROM account a WHERE a.merchant_id = {merchant.Value} ON CONFLICT DO NOTHING
            """,
            cancel);
        await using (var engine = database.StartEngine())
            await ChargeAsync(engine, books);
        await new DeskBusiness(database, books.Merchant).DoAsync(cancel);
        await database.SettleAsync(cancel);
        return new ConsoleBooks(books, await SignInAsync(database, merchant, cancel));
    }

    /// <summary>The session of an admin of a merchant.</summary>
    public static async Task<string> SignInAsync(BenchDatabase database, MerchantId merchant, CancellationToken cancel)
    {
        using var people = new People(database.Source, TimeProvider.System, new HashSet<string>());
        await people.EnsureAsync(merchant, "bench@example.com", "Bench", "correct horse battery staple", cancel, OperatorRole.Admin);
        var person = (await people.FindAsync(merchant, "bench@example.com", cancel))!;
        return await new ConsoleSessions(database.Source, TimeProvider.System).OpenAsync(person, cancel);
    }

    private static async Task ChargeAsync(PaymentEngine engine, ListBooks books)
    {
        var (merchant, today) = (books.Merchant.Id, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        foreach (var some in Enumerable.Range(1, Math.Min(Debtors, books.Accounts)).Chunk(AtOnce))
        {
            var outcomes = await Task.WhenAll(some.Select(number => engine.SubmitAsync(
                new RaiseCharge(
                    new Origin(merchant, Credential: 0, NewId()), AccountTarget.Named(BenchAccounts.Tmf(merchant, number)),
                    new ChargeId(merchant, NewId()),
                    new(number % 100_00 + 1, BenchAccounts.Currency), today.AddDays(20 - (number % 140))),
                patient: true)));
            if (outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused)
                throw new BenchException($"A charge was refused: {string.Join(", ", refused.Faults)}");
        }
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
