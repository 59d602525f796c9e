using System.Net;
using System.Text.RegularExpressions;
using CsvHelper;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The log of operators' actions, written in the commit of the change or not at all.</summary>
public sealed partial class AuditTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_TellsWhoDidWhatToWhat_AndWhy()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        using (var done = await desk.SendAsync(
            $"/console/access/credentials/{samples.Credential}/revoke", ("Reason", "It was on a stolen laptop")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        }

        var page = await desk.PageAsync("/console/audit");
        var row = Assert.Single(RowsOf(page), row => row.Contains("Revoked a credential", StringComparison.Ordinal));
        Assert.Contains(desk.Person.Name, row, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"/console/access/credentials/{samples.Credential}\">credential {samples.Credential} (Grace)</a>", row,
            StringComparison.Ordinal);
        Assert.Contains("It was on a stolen laptop", row, StringComparison.Ordinal);
        Assert.Contains(RowsOf(page), other => other.Contains(OperatorAction.CommandLine, StringComparison.Ordinal));
        Assert.Contains(">https://shop.example for TMF676<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" for tmf676<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsRefused_LeavesNoTrace()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        var before = await CountAsync(samples.Merchant);
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("/console/access/origins/add", [("Origin", "https://*.example"), ("Api", "tmf676"), ("Reason", "because")]),
            ("/console/access/people/new", [("Name", "Ada"), ("Email", "no address"), ("Role", "Admin")]),
            ("/console/access/people/new", [("Name", "Ada"), ("Email", desk.Person.Email), ("Role", "Admin")]),
            ("/console/access/people/new", [("Name", "Ada"), ("Email", "ada@example.org"), ("Role", "Owner")]),
            ($"/console/access/people/{desk.Person.Id:D}/role", [("Role", "Viewer"), ("Reason", "because")]),
            ($"/console/access/people/{desk.Person.Id:D}/end", [("Reason", "because")]),
            ($"/console/access/credentials/{samples.Credential}/revoke", [("Reason", "  ")]),
            ("/console/access/business/zone", [("api", "tmf676"), ("time_zone", "Mars/Olympus"), ("Reason", "because")]),
            ("/console/access/business/zone", [("time_zone", "Mars/Olympus"), ("Reason", "because")]),
            ("/console/access/clients/new", [("Title", "App"), ("Api", "tmf676"), ("RedirectUris", "http://app.example/back")]),
            ("/console/webhooks/replay", [("Reason", "because")]),
        })
        {
            using var refused = await desk.SendAsync(path, fields);
            Assert.True(refused.StatusCode == HttpStatusCode.OK, $"{path}: {refused.StatusCode}");
        }

        Assert.Equal(before, await CountAsync(samples.Merchant));
    }

    [Theory]
    [InlineData("operator_action", "CREATE TRIGGER failing BEFORE INSERT ON operator_action FOR EACH ROW EXECUTE FUNCTION fail()")]
    [InlineData("credential", "CREATE TRIGGER failing BEFORE INSERT ON credential FOR EACH ROW EXECUTE FUNCTION fail()")]
    [InlineData("commit",
        "CREATE CONSTRAINT TRIGGER failing AFTER INSERT ON credential DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()")]
    public async Task WhatFails_LeavesNeitherItselfNorAWordOfIt(string where, string trigger)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var installation = await new Merchants(own.Database, TimeProvider.System)
            .InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
        await using (
            var fail = own.Database.CreateCommand(
            $"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no {where}'; END$$; {trigger}"))
        {
            await fail.ExecuteNonQueryAsync(Cancel);
        }

        await Assert.ThrowsAsync<PostgresException>(() => new IssuedCredentials(own.Database, TimeProvider.System).IssueAsync(
            installation, [CredentialKind.Bearer], "shop", ["payment:read"], number =>
                Does(merchant, "credential.create", $"credential {number}"), Cancel));

        Assert.Equal((0, 0), (await own.CountAsync("credential"), await own.CountAsync("operator_action")));
    }

    [Fact]
    public async Task Pages_ShowEveryActionOnce_InItsOrder_AndSoDoesTheFile()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        // Many in one request, which share its moment, as well as many alone.
        await books.ScalarAsync(
            """
            INSERT INTO operator_action (merchant_id, request_id, what, subject, at, person_id, who, reason)
            SELECT $1, md5('request ' || n / 30)::uuid, 'payment.refund', 'payment ' || n,
                timestamptz '2026-01-01' + interval '1 hour' * (n / 30), $2, 'Ada', '' FROM generate_series(1, 140) n
            RETURNING 1
            """,
            desk.Merchant.Value, desk.Person.Id);
        List<string> seen = [];
        for (var path = "/console/audit"; path is not null;)
        {
            var page = await desk.PageAsync(path);
            seen.AddRange(Subjects().Matches(page).Select(match => match.Groups["subject"].Value));
            path = Older().Match(page) is { Success: true } older ? WebUtility.HtmlDecode(older.Groups["path"].Value) : null;
        }

        Assert.Equal(140, seen.Distinct().Count());
        Assert.Equal(140, seen.Count);
        Assert.Equal(seen, (await LinesAsync(desk, "")).Select(line => line["subject"]));
    }

    [Fact]
    public async Task Filters_LeaveWhatIsAskedFor()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        using (await desk.SendAsync(
            "/console/access/business/zone", ("time_zone", "Europe/Berlin"), ("Reason", "We moved")))
        {
        }

        await books.ScalarAsync(
            "INSERT INTO operator_action SELECT $1, md5('late')::uuid, 'payment.refund', 'payment 7', '2026-03-28 23:30Z', NULL, 'command "
                + "line', '' RETURNING 1", samples.Merchant.Value);

        // 00:30 of the 29th in Berlin, to which the merchant has moved.
        Assert.Equal("payment 7", Assert.Single(await LinesAsync(desk, "?from=2026-03-29&to=2026-03-29"))["subject"]);
        Assert.Empty(await LinesAsync(desk, "?from=2026-03-28&to=2026-03-28"));
        Assert.Equal("installation.zone", Assert.Single(await LinesAsync(desk, $"?person={desk.Person.Id:N}"))["action"]);
        Assert.Equal("payment 7", Assert.Single(await LinesAsync(desk, "?person=command-line&what=payment.refund"))["subject"]);
        Assert.All(await LinesAsync(desk, "?person=command-line"), line => Assert.Equal(OperatorAction.CommandLine, line["person"]));
        Assert.Contains("No action matches", await desk.PageAsync("/console/audit?what=nothing"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK,
            (await desk.Client.GetAsync("/console/audit?from=soon&person=x&after=1-2-3&to=9999-12-31", Cancel)).StatusCode);
    }

    [Fact]
    public async Task File_HoldsNoFormulas()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await books.ScalarAsync(
            """
            INSERT INTO operator_action SELECT $1, md5('formula')::uuid, 'payment.refund', 'x;=HYPERLINK("https://evil.example")',
                now(), NULL, E'\t=1+1', '=HYPERLINK("https://evil.example","Refund, now")' RETURNING 1
            """,
            desk.Merchant.Value);

        using var file = await desk.Client.GetAsync("/console/audit.csv", Cancel);
        var line = Assert.Single(await LinesAsync(desk, ""));
        Assert.Equal("text/csv", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(
            ("x;'=HYPERLINK(\"https://evil.example\")", "'\t'=1+1", "'=HYPERLINK(\"https://evil.example\",\"Refund, now\")"),
            (line["subject"], line["person"], line["reason"]));
    }

    private static Origin Does(MerchantId merchant, string what, string subject) =>
        new(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
        {
            Action = new OperatorAction(
            null, OperatorAction.CommandLine, what, subject, "")
        };

    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> LinesAsync(TestDesk desk, string query)
    {
        using var reader =
            new CsvReader(new StringReader((await desk.PageAsync($"/console/audit.csv{query}")).TrimStart('\ufeff')),
            System.Globalization.CultureInfo.InvariantCulture);
        List<IReadOnlyDictionary<string, string>> lines = [];
        await reader.ReadAsync();
        reader.ReadHeader();
        while (await reader.ReadAsync())
            lines.Add(reader.HeaderRecord!.ToDictionary(name => name, name => reader[name]!));
        return lines;
    }

    private Task<object?> CountAsync(MerchantId merchant) =>
        books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1", merchant.Value);

    private static IEnumerable<string> RowsOf(string page) => Rows().Matches(page).Select(match => match.Value);

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Rows();

    [GeneratedRegex("href=\"/console/payments/[0-9]+\">(?<subject>payment [0-9]+)<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Subjects();

    [GeneratedRegex("href=\"(?<path>[^\"]+)\">Older", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Older();
}
