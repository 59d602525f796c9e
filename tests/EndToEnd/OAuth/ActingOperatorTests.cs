using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Billing;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A client that acts for an operator is that operator: to limits and proofs, in the audit log and in the timeline.</summary>
public sealed class ActingOperatorTests(BooksFixture books)
{
    private const string Tmf = "/paymentManagement/v4";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Limit_HoldsTheClientOfAnOperator_InEveryApi_AndTheAuditLogNamesBoth()
    {
        using var own = await ActingClient.OfAsync(books, OperatorRole.Operator);
        using var tmf = await ActingClient.OfAsync(await own.Shop.AlsoAsync("tmf676"), OperatorRole.Operator, "tmf676");
        using var brm = await ActingClient.OfAsync(await own.Shop.AlsoAsync("oracle-brm"), OperatorRole.Operator, "oracle-brm");
        var merchant = own.Shop.Merchant;
        await new Till(books, merchant).LimitAsync(100_00);
        var program = own.At(books);
        var account = await program.CustomerAsync();
        var charge = await program.OwingAsync(account, "500");
        var payment = (string)(await program.PostAsync(Biller.Payments, Biller.Cash(account, "500"))).Json["id"]!;
        var refund = $"{Biller.Payments}/{payment}/refund";

        Assert.Equal((409, "second-person-needed"), (await program.PostAsync(refund, Amount("100.01"))).Problem);
        Assert.Equal(HttpStatusCode.Created, (await program.PostAsync(refund, Amount("60"))).Status);
        // Parts do not evade the limit.
        Assert.Equal((409, "second-person-needed"), (await program.PostAsync(refund, Amount("40.01"))).Problem);
        var correct = new JsonObject { ["correction"] = "write_off", ["amount"] = Biller.Euro("100.01"), ["reason"] = "gone" };
        Assert.Equal((409, "second-person-needed"), (await program.PostAsync($"{Biller.Charges}/{charge}/correct", correct)).Problem);

        var paid = await SendAsync(tmf, $"{Tmf}/payment", TmfPayment("500"));
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
        var above = await SendAsync(tmf, $"{Tmf}/refund", TmfRefund(paid["id"]!, "150"));
        Assert.Equal(HttpStatusCode.Conflict, above.Status);
        Assert.Contains("It is above the limit of one person.", above.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(tmf, $"{Tmf}/refund", TmfRefund(paid["id"]!, "50"))).Status);
        // Credit of several payments is no way around it.
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(tmf, $"{Tmf}/refund", TmfRefund(null, "5"))).Status);

        const string BrmAccount = "0.0.0.1+-account+71";
        await books.Engine.DoAsync(new OpenAccount(
            new Origin(merchant, 0, Business.NewId()), new AccountId(merchant, Business.NewId()),
            [new Reference(merchant, "oracle-brm", "account", BrmAccount)], Business.Euro, "Ada"));
        var bill = await SendAsync(brm, Carrier.Payments, BrmBody(Carrier.Body(BrmAccount, "500")));
        Assert.True(bill.Status == HttpStatusCode.Created, bill.Text);
        var over = await SendAsync(brm, Carrier.Refunds, BrmBody(Carrier.RefundBody(BrmAccount, bill["id"], "150")));
        Assert.Equal(HttpStatusCode.Conflict, over.Status);
        Assert.Contains("It is above the limit of one person.", over.Text, StringComparison.Ordinal);
        var under = await SendAsync(brm, Carrier.Refunds, BrmBody(Carrier.RefundBody(BrmAccount, bill["id"], "50")));
        Assert.True(under.Status == HttpStatusCode.Created, under.Text);

        foreach (var (acting, acts) in new[]
        {
            (own, "account.open charge.raise payment.record payment.refund"), (tmf, "payment.create payment.refund"),
            (brm, "payment.create payment.refund"),
        })
        {
            Assert.Equal(
                acts,
                await books.ScalarAsync(
                    """
                    SELECT string_agg(what, ' ' ORDER BY at) FROM operator_action
                     WHERE merchant_id = $1 AND person_id = $2 AND what NOT LIKE 'console.%'
                       AND who LIKE 'Ada Nkemelu through Rail & Sail (credential %)'
                    """,
                    merchant.Value, acting.Person.Id));
        }

        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM approval_request WHERE merchant_id = $1", merchant.Value));
        Assert.True((await new Verifier(books.Database).VerifyAsync(merchant, Cancel)).All(report => report.IsClean));
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, merchant);
        var number = await books.ScalarAsync(
            "SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, Guid.Parse(payment));
        using var page = await desk.Client.GetAsync($"/console/payments/{number}", Cancel);
        Assert.Contains(
            "Ada Nkemelu through Rail &amp; Sail (credential", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_FindsARefundAboveTheLimit_ByTheClientOfAnOperator()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        using var acting = await ActingClient.OfAsync(shop, OperatorRole.Operator, "tmf676");
        var paid = await SendAsync(acting, $"{Tmf}/payment", TmfPayment("500"));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(acting, $"{Tmf}/refund", TmfRefund(paid["id"]!, "200"))).Status);
        await SetLimitAsync(server.Database, shop.Merchant);

        var report = Assert.Single(await new Verifier(server.Database).VerifyAsync(shop.Merchant, Cancel));

        Assert.Contains(
            report.Differences, found => found.Rule.StartsWith("An act above the limit, by an operator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GraveAct_NeedsASignInOfTheLastMinutes()
    {
        await using var server = await TokenServer.StartAsync(books);
        var shop = await TokenShop.OpenAsync(server.Database, server.Client, "quittance");
        using var admin = await ActingClient.OfAsync(shop, OperatorRole.Admin);
        const string Body = """{"api":"quittance","name":"mine","scopes":["read"]}""";
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(admin, Biller.Credentials, Body)).Status);

        server.Clock.Pass(TimeSpan.FromMinutes(21));

        foreach (var path in new[] { Biller.Credentials, $"{Biller.Payments}/{Guid.Empty:D}/refund" })
        {
            var old = await SendAsync(admin, path, Body);
            Assert.Equal(
                (HttpStatusCode.Unauthorized, "Bearer error=\"insufficient_user_authentication\", max_age=\"1200\""),
                (old.Status, old.Headers["WWW-Authenticate"]));
            Assert.Contains("Send the person to sign in again", old.Text, StringComparison.Ordinal);
        }

        // Other acts go on, and a new token without a new sign-in proves no more.
        Assert.Equal(HttpStatusCode.OK, (await shop.UseAsync(admin.Access, Biller.Accounts)).Status);
        var fresh = admin with { Access = TokenShop.Watched((await admin.RefreshAsync())["access_token"]!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(fresh, Biller.Credentials, Body)).Status);
        Assert.Equal(
            "credential.create Ada Nkemelu through Rail & Sail",
            await SealedSql.ScalarAsync(
                server.Database,
                """
                SELECT what || ' ' || split_part(who, ' (', 1) FROM operator_action
                 WHERE merchant_id = $1 AND person_id = $2 AND what = 'credential.create'
                """,
                shop.Merchant.Value, admin.Person.Id));
    }

    [Fact]
    public async Task AnotherIssuersPerson_IsAnOperatorToTheLimit_AndItsProgramIsNot()
    {
        await using var issuer = await RunningIssuer.StartAsync();
        await using var server = await TokenServer.StartAsync(books, settings => settings with { Issuer = issuer.Settings });
        var shop = await TokenShop.OpenAsync(server.Database, server.Client);
        await issuer.Settings.ConnectAsync(
            new Merchants(server.Database, TimeProvider.System), [TokenShop.Read, TokenShop.Write], Cancel);
        await SetLimitAsync(server.Database, shop.Merchant);
        var person = await issuer.TokenForAsync("ada", TokenShop.Write);
        var paid = await SendAsync(shop, person, $"{Tmf}/payment", TmfPayment("500"));
        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);

        var above = await SendAsync(shop, person, $"{Tmf}/refund", TmfRefund(paid["id"]!, "150"));

        Assert.Equal(HttpStatusCode.Conflict, above.Status);
        Assert.Contains("It is above the limit of one person.", above.Text, StringComparison.Ordinal);
        Assert.Equal(
            $"ada of {issuer.Name} through rail",
            await SealedSql.ScalarAsync(
                server.Database, "SELECT split_part(who, ' (', 1) FROM operator_action WHERE merchant_id = $1 AND what = 'payment.create'",
                shop.Merchant.Value));
        var program = await issuer.TokenAsync(TokenShop.Write);
        Assert.Equal(
            HttpStatusCode.Created, (await SendAsync(shop, program, $"{Tmf}/refund", TmfRefund(paid["id"]!, "150"))).Status);
    }

    private static async Task SetLimitAsync(NpgsqlDataSource database, MerchantId merchant) => Assert.NotNull(
        await SealedSql.ScalarAsync(
            database,
            """
            INSERT INTO approval_limit (merchant_id, currency, since, amount_minor) VALUES ($1, 'EUR', '2020-01-01', 10000) RETURNING 1
            """,
            merchant.Value));

    private static JsonObject Amount(string amount) => new() { ["amount"] = Biller.Euro(amount) };

    private static string TmfPayment(string amount) => $$"""
        {"account":{"id":"T-1"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":{{amount}} } }
        """;

    private static string TmfRefund(string? payment, string amount) => $$"""
        {"account":{"id":"T-1"},{{(payment is null ? "" : $"\"payment\":{{\"id\":\"{payment}\"}},")}}"paymentMethod":{},
         "totalAmount":{"unit":"EUR","value":{{amount}} } }
        """;

    private static string BrmBody(string body) => body.Replace("USD", "EUR", StringComparison.Ordinal);

    private static Task<TmfAnswer> SendAsync(ActingClient acting, string path, string body) =>
        SendAsync(acting.Shop, acting.Access, path, body);

    private static async Task<TmfAnswer> SendAsync(TokenShop shop, string token, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await shop.SendAsync(HttpMethod.Post, path, $"Bearer {token}", content, Biller.NewText());
    }
}
