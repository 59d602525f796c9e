using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Bench.Books;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Collections;

/// <summary>How a member's bank account behaves at the sandbox's bank.</summary>
/// <param name="Share">How many members of 10,000 are so.</param>
/// <param name="Amount">The fee, by which the sandbox's bank knows the behaviour.</param>
/// <param name="Tail">The end of the account's number.</param>
/// <param name="Pays">Whether the bank collects the debit and does not take it back.</param>
internal sealed record MemberKind(int Share, string Amount, int Tail, bool Pays = false)
{
    /// <summary>Of 50,000 members, 50 are rejected and 600 are returned, on four days.</summary>
    public static IReadOnlyList<MemberKind> All { get; } =
    [
        new(10, "666.20", 1), new(60, "666.21", 1), new(20, "666.22", 1),
        new(20, "666.24", 1), new(20, "39.90", 3), new(9870, "39.90", 1, Pays: true),
    ];

    /// <summary>The kind of a member.</summary>
    public static MemberKind Of(int member)
    {
        var place = member % 10_000;
        foreach (var kind in All)
        {
            if ((place -= kind.Share) < 0)
                return kind;
        }

        throw new BenchException("The shares are not 10,000.");
    }
}

/// <summary>A studio with many members, who each owe a fee and pay by direct debit.</summary>
internal sealed class BenchStudio(BenchMerchant merchant, ServerProcess server, int members) : IDisposable
{
    /// <summary>The day on which all fees are due.</summary>
    public const string DueOn = "2026-11-30";

    private const int Connections = 32;
    private const int ChargesAtOnce = 10_000;

    private readonly HttpClient _client = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>The fees of the members whose bank account never pays, in cents.</summary>
    public long UnpaidCents => Enumerable.Range(0, members).Select(MemberKind.Of).Where(kind => !kind.Pays)
        .Sum(kind => long.Parse(kind.Amount.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));

    public static string AccountOf(int member) => $"A-{(member + 1).ToString("D6", CultureInfo.InvariantCulture)}";

    /// <summary>The file of the members' mandates, as another program exports it.</summary>
    public async Task WriteMandatesAsync(string path, CancellationToken cancel)
    {
        await using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await file.WriteLineAsync("account,iban,holder,mandate,signed_on");
        for (var member = 0; member < members; member++)
        {
            cancel.ThrowIfCancellationRequested();
            await file.WriteLineAsync($"{AccountOf(member)},{IbanOf(member)},Member {member + 1},M-{member + 1:D6},2026-01-05");
        }
    }

    /// <summary>Raises the fee of each member, in calls of many.</summary>
    public async Task ChargeAsync(CancellationToken cancel)
    {
        foreach (var some in Enumerable.Range(0, members).Chunk(ChargesAtOnce))
        {
            var charges = some.Select(member => new JsonObject
            {
                ["account"] = AccountOf(member),
                ["reference"] = FeeOf(member),
                ["amount"] = Euro(MemberKind.Of(member).Amount),
                ["due"] = DueOn,
            });
            await PostAsync("/api/v1/charges", new JsonObject { ["charges"] = new JsonArray([.. charges]) }, $"fees {some[0]}", cancel);
        }
    }

    /// <summary>Asks each member for the fee by a debit of the instrument.</summary>
    /// <param name="instruments">The id of a member's instrument by the name of the account.</param>
    public Task PayAsync(IReadOnlyDictionary<string, Guid> instruments, CancellationToken cancel) => Parallel.ForAsync(
        0, members, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancel }, async (member, stop) =>
            await PostAsync(
                "/api/v1/payments",
                new JsonObject
                {
                    ["account"] = AccountOf(member),
                    ["amount"] = Euro(MemberKind.Of(member).Amount),
                    ["instrument"] = $"{instruments[AccountOf(member)]}",
                    ["charges"] = new JsonArray(FeeOf(member)),
                },
                $"payment {member}", stop));

    public void Dispose() => _client.Dispose();

    private static string FeeOf(int member) => $"F-{(member + 1).ToString("D6", CultureInfo.InvariantCulture)}";

    /// <summary>An account of its own at a German bank; its last four digits are zeros and the kind's tail.</summary>
    private static string IbanOf(int member)
    {
        var account = $"12030000{member + 1:D6}{MemberKind.Of(member).Tail:D4}";
        // The check digits are those with which the number, its country behind it, leaves 1 when divided by 97.
        var check = 98 - (int)(System.Numerics.BigInteger.Parse($"{account}131400", CultureInfo.InvariantCulture) % 97);
        return $"DE{check:D2}{account}";
    }

    private static JsonObject Euro(string amount) => new() { ["amount"] = amount, ["currency"] = "EUR" };

    private async Task PostAsync(string path, JsonObject body, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        foreach (var header in merchant.Headers)
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await _client.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode)
            throw new BenchException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
    }
}
