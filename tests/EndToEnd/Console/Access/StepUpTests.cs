using System.Net;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A page that can do harm asks again for the code or the password, when the last proof is some minutes old.</summary>
public sealed class StepUpTests(BooksFixture books)
{
    private const string Password = "correct horse battery staple";

    private static readonly string[] Grave =
    [
        "/console/access/clients/new", "/console/access/credentials/new", "/console/access/credentials/{Id:long}/revoke",
        "/console/access/credentials/{Id:long}/rotate", "/console/access/credentials/{Id:long}/webhook-secret",
        "/console/access/dunning/policy", "/console/access/dunning/policy/end",
        "/console/access/dunning/retries", "/console/access/dunning/retries/end", "/console/access/limits/end",
        "/console/access/limits/set",
        "/console/access/origins/add", "/console/access/payee", "/console/access/business", "/console/access/business/logo",
        "/console/access/people/new", "/console/access/people/{Id:guid}/end",
        "/console/access/people/{Id:guid}/password", "/console/access/people/{Id:guid}/reset-link",
        "/console/access/people/{Id:guid}/role", "/console/access/people/{Id:guid}/second-factor",
        "/console/access/providers/connect", "/console/access/providers/routes/end", "/console/access/providers/routes/set",
        "/console/access/second-factor", "/console/settlements/collections/due/policy",
        "/console/settlements/collections/due/policy/end",
        "/console/approvals/{Number:long}/approve", "/console/approvals/{Number:long}/reject", "/console/charges/{Number:long}/change",
        "/console/charges/{Number:long}/correct", "/console/customers/{Id:guid}/close", "/console/customers/{Id:guid}/erase",
        "/console/customers/{Id:guid}/mandate", "/console/customers/{Id:guid}/merge", "/console/instruments/{Id:guid}/amend",
        "/console/instruments/{Id:guid}/remove", "/console/ledger/months/close",
        "/console/ledger/months/reopen", "/console/mails/sentence", "/console/payments/{Number:long}/move",
        "/console/payments/{Number:long}/refund", "/console/second-factor/codes", "/console/second-factor/new",
        "/console/second-factor/passkeys/new", "/console/second-factor/passkeys/remove",
        "/console/settlements/collections/account", "/console/settlements/collections/due/{Number:long}/release",
        "/console/settlements/collections/lost",
        "/console/settlements/collections/mandates", "/console/settlements/collections/perhaps-sent",
        "/console/settlements/collections/{Number:long}/file",
        "/console/settlements/collections/{Number:long}/release", "/console/settlements/lines/{Id:guid}/unbook",
        "/console/settlements/tolerances/end", "/console/settlements/tolerances/set",
        "/console/settlements/{Id:guid}/undo", "/console/webhooks/new",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GravePages_AskAgain_AndNoOthers()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Admin, samples.Merchant);
        await AgeAsync(desk, minutes: 11);
        List<string> asking = [];
        foreach (var page in ConsolePages.All.Where(page => page.Least is not null))
        {
            using var shown = await desk.Client.GetAsync(page.Sample(samples)!, Cancel);
            if (shown.StatusCode == HttpStatusCode.SeeOther)
            {
                Assert.StartsWith("/console/confirm?to=%2Fconsole%2F", shown.Headers.Location!.OriginalString, StringComparison.Ordinal);
                asking.Add(page.Template);
            }
        }

        Assert.Equal(Grave.Order(StringComparer.Ordinal), asking.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Password_OpensThePage_ForWhoHasNoSecondFactor()
    {
        using var desk = await TestDesk.OpenAsync(books);
        await AgeAsync(desk, minutes: 11);
        const string Path = "/console/confirm?to=%2Fconsole%2Faccess%2Fpeople%2Fnew";
        using (var wrong = await desk.SendAsync(Path, ("Password", "a wrong guess")))
            Assert.Contains("This is not your password.", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(desk));

        using (var right = await desk.SendAsync(Path, ("Password", Password)))
            Assert.Equal("/console/access/people/new", right.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(desk));
        // It leads nowhere else.
        using var elsewhere = await desk.SendAsync("/console/confirm?to=%2F%2Fevil.example", ("Password", Password));
        Assert.Equal("/console", elsewhere.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Code_OpensThePage_ForWhoHasASecondFactor()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var phone = await Authenticator.SetUpAsync(desk);
        await AgeAsync(desk, minutes: 11);
        foreach (var field in new[] { ("Password", Password), ("Code", phone.Code(-1)), ("Code", "000000") })
        {
            using var refused = await desk.SendAsync("/console/confirm", field);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.SeeOther), (refused.StatusCode, await StatusAsync(desk)));
        }

        using var right = await desk.SendAsync("/console/confirm", ("Code", phone.Code()));
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK), (right.StatusCode, await StatusAsync(desk)));
    }

    [Fact]
    public async Task NewPassword_IsNoProof_OfAPersonWithASecondFactor()
    {
        using var desk = await TestDesk.OpenAsync(books);
        await Authenticator.SetUpAsync(desk);
        await AgeAsync(desk, minutes: 11);
        const string New = "twelve quiet herons at dusk";
        using var changed = await desk.SendAsync("/console/password", ("Present", Password), ("New", New), ("Again", New));
        Assert.Contains("password-changed", changed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(true, await books.ScalarAsync(
            "SELECT max(proven_at) < now() - interval '10 minutes' FROM console_session WHERE merchant_id = $1 AND person_id = $2",
            desk.Merchant.Value, desk.Person.Id));
    }

    [Fact]
    public async Task Form_ThatWasOpenedInTime_IsTaken_AndAnOldOneIsNot()
    {
        using var desk = await TestDesk.OpenAsync(books);
        (string, string)[] form = [("Name", "Grace"), ("Email", $"grace.{desk.Merchant.Value}@example.com"), ("Role", "Viewer")];
        await AgeAsync(desk, minutes: 21);
        using (var late = await desk.SendAsync("/console/access/people/new", form))
            Assert.Equal(HttpStatusCode.SeeOther, late.StatusCode);
        Assert.Equal(1L, await PeopleAsync(desk));
        await AgeAsync(desk, minutes: 19);
        using (var taken = await desk.SendAsync("/console/access/people/new", form))
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(2L, await PeopleAsync(desk));
    }

    private static async Task<HttpStatusCode> StatusAsync(TestDesk desk)
    {
        using var answer = await desk.Client.GetAsync("/console/access/people/new", Cancel);
        return answer.StatusCode;
    }

    private Task<object?> PeopleAsync(TestDesk desk) =>
        books.ScalarAsync("SELECT count(*) FROM person WHERE merchant_id = $1", desk.Merchant.Value);

    private async Task AgeAsync(TestDesk desk, int minutes) => Assert.NotNull(await books.ScalarAsync(
        $"UPDATE console_session SET proven_at = now() - interval '{minutes} minutes' "
            + "WHERE merchant_id = $1 AND person_id = $2 RETURNING 1",
        desk.Merchant.Value, desk.Person.Id));
}
