using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi.Naming;

/// <summary>The days of requests and answers: one day of the books for each payment, and none of another age.</summary>
public sealed class DayTests(BooksFixture books)
{
    [Fact]
    public async Task Statement_AndBalance_OfADay_Agree_AlsoForMoneyThatCameBeforeItsCharge()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "10");
        var body = Biller.Cash(account, "10", charge);
        body["received"] = Ago(6);
        var paid = await biller.PostAsync(Biller.Payments, body);
        Assert.Equal(Ago(6), (string)paid.Json["received"]!);
        var read = (await biller.GetAsync($"{Biller.Payments}/{paid.Json["id"]}")).Json;
        Assert.Equal(Ago(6), (string)read["received"]!);

        foreach (var (days, owed, credit) in ((int, string, string)[])
            [(7, "0.00", "0.00"), (6, "0.00", "10.00"), (1, "0.00", "10.00"), (0, "0.00", "0.00")])
        {
            var balance = (await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at={Ago(days)}")).Json;
            var statement = (await biller.GetAsync($"{Biller.Accounts}/{account}/statement?from={Ago(30)}&to={Ago(days)}")).Json;
            Assert.Equal((days, owed, credit), (days, Of(balance["owed"]), Of(balance["credit"])));
            Assert.Equal(
                decimal.Parse(owed, CultureInfo.InvariantCulture) - decimal.Parse(credit, CultureInfo.InvariantCulture),
                decimal.Parse(Of(statement["closing"]), CultureInfo.InvariantCulture));
        }

        var lines = (await biller.GetAsync($"{Biller.Accounts}/{account}/statement?from={Ago(30)}")).Json["lines"]!.AsArray();
        Assert.Equal([Ago(6), Ago(0)], lines.Select(line => (string)line!["booked_on"]!));
        var first = (await biller.GetAsync($"{Biller.Accounts}/{account}/statement?from={Ago(30)}&limit=1")).Json;
        var second = (await biller.GetAsync($"{Biller.Accounts}/{account}/statement?from={Ago(30)}&limit=1&cursor={first["next"]}")).Json;
        Assert.Equal(Ago(0), (string)second["lines"]!.AsArray().Single()!["booked_on"]!);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("0206-11-26")]
    [InlineData("1989-12-31")]
    [InlineData("2201-01-01")]
    [InlineData("9999-12-31")]
    public async Task Day_OfAnotherAge_IsRefusedByItsField(string day)
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "10");
        var raising = Biller.Charge(account, "1");
        raising["due"] = day;
        Assert.Equal(["/due"], (await biller.PostAsync(Biller.Charges, raising)).Places);
        var paying = Biller.Cash(account, "1");
        paying["received"] = day;
        Assert.Equal(["/received"], (await biller.PostAsync(Biller.Payments, paying)).Places);
        foreach (var field in (string[])["due", "no_dunning_until"])
        {
            var changed = await biller.SendAsync(
                HttpMethod.Post, $"{Biller.Charges}/{charge}/change",
                new JsonObject { [field] = day, ["reason"] = "Later" }.ToJsonString(), Biller.NewText(), "\"1\"");
            Assert.Equal([$"/{field}"], changed.Places);
        }

        foreach (var (query, place) in ((string, string)[])[($"balance?at={day}", "at"), ($"balance?at={day}T10:00:00Z", "at"),
            ($"statement?from={day}", "from"), ($"statement?to={day}", "to")])
        {
            Assert.Contains(place, (await biller.GetAsync($"{Biller.Accounts}/{account}/{query}")).Places);
        }

        Assert.Equal(["due_by"], (await biller.GetAsync($"{Biller.Charges}?due_by={day}")).Places);
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            "charge", "change", charge, "--due-on", day, "--reason", "Later", "--merchant", $"{biller.Merchant.Value}", "--database",
            books.ConnectionString);
        Assert.Equal(1, exitCode);
        Assert.Contains("--due-on must be a day from 1990-01-01 to 2200-12-31", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlusSign_OfAMomentInAQuery_ThatWasNotEscaped_IsRead()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        foreach (var offset in (string[])["+01:00", "%2B01:00"])
        {
            var answer = await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at={Ago(1)}T10:00:00{offset}");
            Assert.Equal((HttpStatusCode.OK, $"{Ago(1)}T09:00:00Z"), (answer.Status, (string)answer.Json["at"]!));
        }
    }

    [Theory]
    [InlineData("T10:00:00.1234567Z")]
    [InlineData("T10:00:00.123456789Z")]
    [InlineData("T11:00:00.123456789+01:00")]
    public async Task Moment_InAQueryThatIsFinerThanTheBooks_IsCut(string time)
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();

        var answer = await biller.GetAsync($"{Biller.Accounts}/{account}/balance?at={Ago(1)}{time}");

        Assert.Equal((HttpStatusCode.OK, $"{Ago(1)}T10:00:00.123456Z"), (answer.Status, (string)answer.Json["at"]!));
    }

    private static string Ago(int days) =>
        TimeProvider.System.GetUtcNow().AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Of(JsonNode? sum) => (string)sum!["amount"]!;
}
