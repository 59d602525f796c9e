using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests;

/// <summary>A valid request to each route that writes.</summary>
internal static class WritingRoutes
{
    private const string UsedSessions = "SELECT s.account_id, s.merchant_id FROM session s WHERE s.status = 'used'";

    private static readonly (string Name, string Value)[] MidnightHeaders =
        [("Authorization", "PRC demo-prc, Midnight demo-midnight"), ("MISKEY", "demo-mis")];

    /// <summary>Each by its path. A test fails for a route that writes and is not here.</summary>
    public static readonly Dictionary<string, Func<BooksFixture, Task<WritingSample>>> Samples = new()
    {
        ["/paymentManagement/v4/payment"] = TmfAsync,
        ["/payment/v4/payment"] = TmfAsync,
        ["/paymentManagement/v4/refund"] = TmfRefundAsync,
        ["/paymentManagement/v4/hub"] = TmfHubAsync,
        ["/payment/v4/hub"] = TmfHubAsync,
        ["/payment/v4/refund"] = TmfRefundAsync,
        ["/brm/payment/v4/payment"] = OracleAsync,
        ["/brm/payment/version/payment"] = OracleAsync,
        ["/brm/payment/v4/paymentAllocation"] = OracleAllocationAsync,
        ["/brm/payment/version/paymentAllocation"] = OracleAllocationAsync,
        ["/brm/payment/v4/refund"] = OracleRefundAsync,
        ["/brm/payment/version/refund"] = OracleRefundAsync,
        ["/v1/Generic/CustomerPaymentInsert"] = MidnightAsync,
        ["/v1/Midnight/CustomerPaymentInsert"] = MidnightAsync,
        ["/api/v1/accounts"] = OwnAccountAsync,
        ["/api/v1/accounts/{id}/close"] = books => OwnAccountChangeAsync(books, "close", "account.closed"),
        ["/api/v1/accounts/{id}/reopen"] = books => OwnAccountChangeAsync(books, "reopen", "account.reopened"),
        ["/api/v1/accounts/{id}/merge"] = books => OwnAccountChangeAsync(books, "merge", "account.merged"),
        ["/api/v1/accounts/{id}/unmerge"] = books => OwnAccountChangeAsync(books, "unmerge", "account.unmerged"),
        ["/api/v1/accounts/{id}/dunning"] = OwnDunningAsync,
        ["/api/v1/dunning"] = books => OwnPolicyAsync(books, "dunning_policy", "\"currency\":\"EUR\",\"levels\":[{\"after_days\":7}]"),
        ["/api/v1/tries"] = books => OwnPolicyAsync(books, "retry_policy", "\"tries\":[{\"after_days\":3}]"),
        ["/api/v1/charges"] = OwnChargeAsync,
        ["/api/v1/payments"] = OwnPaymentAsync,
        ["/api/v1/payments/{id}/allocate"] = OwnAllocationAsync,
        ["/api/v1/payments/{id}/refund"] = OwnRefundAsync,
        ["/api/v1/charges/{id}/correct"] = OwnCorrectionAsync,
        ["/api/v1/charges/{id}/change"] = OwnChangeAsync,
        ["/api/v1/payments/{id}/unallocate"] = OwnUnallocationAsync,
        ["/api/v1/payments/{id}/move"] = OwnMoveAsync,
        ["/api/v1/statements"] = OwnStatementAsync,
        ["/api/v1/lines/{id}/book"] = OwnBookingAsync,
        ["/api/v1/lines/{id}/unbook"] = OwnUnbookingAsync,
        ["/api/v1/credentials"] = OwnCredentialAsync,
        ["/api/v1/credentials/{id}/end"] = OwnEndingAsync,
        ["/api/v1/sessions"] = OwnSessionAsync,
        ["/api/v1/sessions/book"] = books => OwnSessionResultAsync(books, "book"),
        ["/api/v1/sessions/take"] = books => OwnSessionResultAsync(books, "take"),
        ["/api/v1/webhooks"] = OwnWebhookAsync,
        ["/api/v1/webhooks/secret/rotate"] = OwnRotationAsync,
        ["/api/v1/payment-links"] = OwnLinkAsync,
        ["/api/v1/payment-links/{id}/take-back"] = OwnTakingBackAsync,
        ["/v1/payments/user-session"] = SessionAsync,
        ["/v1/customers/{customerId}/account/payment"] = BookingAsync,
        ["/v1/customers/{customerId}/account/payment-instrument"] = ReplacingAsync,
        ["/widget/session/payment"] = WidgetAsync,
        ["/bookings"] = TripAsync,
        ["/bookings/{bookingId}/payment"] = TripPaymentAsync,
    };

    public static string PathOf(RouteEndpoint route) => route.RoutePattern.RawText!;

    public static string NewKey() => $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):D}";

    private static Task<WritingSample> TmfAsync(BooksFixture books)
    {
        var account = NewKey();
        return Task.FromResult(new WritingSample(
            account, [("Authorization", "Bearer demo-telco")],
            amount =>
                $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":"""
                + $$"""{"unit":"EUR","value":{{amount}} } }"""));
    }

    private static async Task<WritingSample> TmfRefundAsync(BooksFixture books)
    {
        var account = NewKey();
        var payment = await new TmfHttp(books, "demo-telco").PayAsync(account, "{\"@type\":\"Cash\"}", "{\"unit\":\"EUR\",\"value\":1000}");
        return new WritingSample(
            account, [("Authorization", "Bearer demo-telco")],
            amount => $$"""
                {"account":{"id":"{{account}}"},"payment":{"id":"{{payment["id"]}}"},"paymentMethod":{},"totalAmount":{"unit":"EUR","value":{{amount}} } }
                """)
        {
            Brings = "SELECT r.account_id, r.merchant_id FROM refund r",
        };
    }

    private static async Task<WritingSample> TmfHubAsync(BooksFixture books)
    {
        var account = NewKey();
        await new TmfHttp(books, "demo-telco").PayAsync(account);
        return new WritingSample(
            account, [("Authorization", "Bearer demo-telco")], amount =>
                $$"""{"callback":"https://hooks.example/{{account}}/{{amount}}","query":"eventType=PaymentDeleteEvent"}""")
        {
            // Whose account its address names.
            Brings = "SELECT r.object_id AS account_id, s.merchant_id FROM subscription s JOIN reference r ON s.address LIKE "
                + "'https://hooks.example/' || r.value || '/%'",
            HasAmount = false,
        };
    }

    private static async Task<WritingSample> OracleAsync(BooksFixture books)
    {
        var customer = await new TmfHttp(books, "demo-brm").CustomerAsync();
        return new WritingSample(
            customer.Poid, [("Authorization", "Bearer demo-brm")],
            amount => $$"""
                {"@type":"Payment_Create","account":{"id":"{{customer.Poid}}"},
                 "paymentMethod":{"id":"{{customer.Card}}","@referredType":"bankCard","@type":"PaymentMethodRef"},
                 "totalAmount":{"value":{{amount}},"unit":"USD"} }
                """);
    }

    private static async Task<WritingSample> OracleAllocationAsync(BooksFixture books)
    {
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 2000_00);
        var payment = await new TmfHttp(books, "demo-brm").PostAsync(Carrier.Payments, Carrier.Body(customer.Account, "2000"));
        return new WritingSample(
            customer.Account, [("Authorization", "Bearer demo-brm")], amount =>
                Carrier.Allocation(payment["id"], (customer.Bills[0], amount)))
        {
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p JOIN event e ON e.merchant_id = p.merchant_id AND e.subject_id = "
                + "p.id WHERE e.type = 'payment.allocated'",
        };
    }

    private static async Task<WritingSample> OracleRefundAsync(BooksFixture books)
    {
        var http = new TmfHttp(books, "demo-brm");
        var customer = await http.CustomerAsync();
        var payment = await http.PostAsync(Carrier.Payments, Carrier.Body(customer.Poid, "2000"));
        return new WritingSample(
            customer.Poid, [("Authorization", "Bearer demo-brm")], amount => Carrier.RefundBody(customer.Poid, payment["id"], amount))
        {
            Brings = "SELECT r.account_id, r.merchant_id FROM refund r",
        };
    }

    private static async Task<WritingSample> MidnightAsync(BooksFixture books)
    {
        var customer = await (await MidnightShop.OpenAsync(books)).CustomerAsync();
        return new WritingSample(
            $"{customer}", MidnightHeaders,
            amount => $$"""
                [{"CustomerId":{{customer}},"AmountBilled":{{amount}},"RequestSource":"Other",
                  "CustomerPaymentDetailList":[{"PaymentLabel":"Escrow","AmountBilled":{{amount}} }]}]
                """);
    }

    private static async Task<WritingSample> OwnAccountAsync(BooksFixture books)
    {
        var (biller, reference) = (await Biller.OpenAsync(books, books.DemoCompany), NewKey());
        return new WritingSample(
            reference, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"reference":"{{reference}}","currency":"EUR","name":"No. {{amount}}"}""")
        {
            Brings = "SELECT a.id AS account_id, a.merchant_id FROM account a",
            HasAmount = false,
        };
    }

    private static async Task<WritingSample> OwnAccountChangeAsync(BooksFixture books, string verb, string type)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var other = await biller.CustomerAsync();
        if (verb == "reopen")
            await biller.PostAsync($"{Biller.Accounts}/{account}/close", new JsonObject { ["reason"] = "Moved away" });
        if (verb == "unmerge")
        {
            await biller.PostAsync(
                $"{Biller.Accounts}/{account}/merge", new JsonObject { ["into"] = other, ["reason"] = "One person" });
        }

        var into = verb == "merge" ? $"\"into\":\"{other}\"," : "";
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{ {{into}}"reason":"No. {{amount}}"}""")
        {
            Path = $"{Biller.Accounts}/{account}/{verb}",
            Brings = $"SELECT e.subject_id AS account_id, e.merchant_id FROM event e WHERE e.type = '{type}'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnChargeAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        // An amount is a decimal text, without an exponent.
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => Biller.Charge(account, amount == "1e3" ? "1000" : amount, "INV-" + account).ToJsonString())
        {
            Brings = "SELECT c.account_id, c.merchant_id FROM charge c",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnLinkAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => new JsonObject
            {
                ["account"] = account,
                ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount),
                ["text"] = "A course",
            }.ToJsonString())
        {
            Brings = "SELECT l.account_id, l.merchant_id FROM payment_link l",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnTakingBackAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var made = await biller.PostAsync("/api/v1/payment-links", new JsonObject
        {
            ["account"] = account,
            ["amount"] = Biller.Euro("8"),
            ["text"] = "A course",
        });
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => new JsonObject { ["reason"] = $"No. {amount}" }.ToJsonString())
        {
            Path = $"/api/v1/payment-links/{made.Json["id"]}/take-back",
            Brings = "SELECT l.account_id, l.merchant_id FROM payment_link l WHERE l.status = 'taken_back'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnPaymentAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => Biller.Cash(account, amount == "1e3" ? "1000" : amount).ToJsonString())
        {
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnAllocationAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "2000"));
        var charge = await biller.OwingAsync(account, "2000");
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => new JsonObject
            {
                ["charges"] = new JsonArray(
                    new JsonObject { ["charge"] = charge, ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount) }),
            }.ToJsonString())
        {
            Path = $"{Biller.Payments}/{paid.Json["id"]}/allocate",
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p JOIN event e ON e.merchant_id = p.merchant_id AND e.subject_id = "
                + "p.id WHERE e.type = 'payment.allocated'",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnRefundAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(account, "2000"));
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => new JsonObject { ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount) }.ToJsonString())
        {
            Path = $"{Biller.Payments}/{paid.Json["id"]}/refund",
            Brings = "SELECT r.account_id, r.merchant_id FROM refund r",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnCorrectionAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "2000");
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => new JsonObject
            {
                ["correction"] = "credit",
                ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount),
                ["reason"] = "Delivered late",
            }.ToJsonString())
        {
            Path = $"{Biller.Charges}/{charge}/correct",
            Brings = EventsOfCharges("charge.credited"),
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnChangeAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "2000");
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}"), ("If-Match", "\"1\"")],
            amount => $$"""{"description":"No. {{amount}}","reason":"Said wrongly"}""")
        {
            Path = $"{Biller.Charges}/{charge}/change",
            Brings = EventsOfCharges("charge.changed"),
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnDunningAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{"exempt":true,"reason":"No. {{amount}}"}""")
        {
            Path = $"{Biller.Accounts}/{account}/dunning",
            Brings = "SELECT e.subject_id AS account_id, e.merchant_id FROM event e WHERE e.type = 'account.dunning_held'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    /// <summary>Of a merchant of its own: the policy decides over all customers.</summary>
    private static async Task<WritingSample> OwnPolicyAsync(BooksFixture books, string table, string policy)
    {
        var biller = await Biller.OpenAsync(books);
        return new WritingSample(
            $"{biller.Merchant.Value}", [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$$"""{{{{policy}}},"reason":"No. {{{amount}}}"}""")
        {
            Counts = $"SELECT count(*)::int FROM {table} WHERE merchant_id = {{account}}",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnUnallocationAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var paid = await biller.PostAsync(
            Biller.Payments, Biller.Cash(account, "2000", await biller.OwingAsync(account, "2000")));
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => new JsonObject
            {
                ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount),
                ["reason"] = "For another bill",
            }.ToJsonString())
        {
            Path = $"{Biller.Payments}/{paid.Json["id"]}/unallocate",
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p JOIN event e ON e.merchant_id = p.merchant_id AND e.subject_id = "
                + "p.id WHERE e.type = 'payment.unallocated'",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnMoveAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var (payer, account) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var paid = await biller.PostAsync(Biller.Payments, Biller.Cash(payer, "2000"));
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => new JsonObject
            {
                ["account"] = account,
                ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount),
                ["reason"] = "Paid by another",
            }.ToJsonString())
        {
            Path = $"{Biller.Payments}/{paid.Json["id"]}/move",
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnStatementAsync(BooksFixture books)
    {
        var (biller, reference) = (await Biller.OpenAsync(books, books.DemoCompany), Biller.NewWord());
        return new WritingSample(
            reference, [("Authorization", $"Bearer {biller.Secret}")],
            amount => Biller.File(new Camt { Id = reference }.With(8, $"{reference}, {amount}").ToXml()).ToJsonString())
        {
            Counts = "SELECT count(*)::int FROM statement WHERE reference LIKE '{account}%'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnBookingAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var (account, reference) = (await biller.CustomerAsync(), Biller.NewWord());
        var line = (await biller.ImportedAsync(new Camt { Id = reference }.With(8, reference)))[0]!;
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"as":"customer","names":["{{account}}"],"reason":"No. {{amount}}"}""")
        {
            Path = $"{Biller.Lines}/{line["id"]}/book",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnUnbookingAsync(BooksFixture books)
    {
        var booking = await OwnBookingAsync(books);
        var line = booking.Path![..^"/book".Length];
        var biller = new Biller(books, books.DemoCompany, booking.Headers[0].Value["Bearer ".Length..]);
        Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync(booking.Path, JsonNode.Parse(booking.Body("8"))!)).Status);
        return booking with
        {
            Headers = [.. booking.Headers, ("If-Match", "\"1\"")],
            Body = amount => $$"""{"reason":"No. {{amount}}"}""",
            Path = $"{line}/unbook",
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p JOIN event e ON e.merchant_id = p.merchant_id AND e.subject_id = "
                + "p.id WHERE e.type = 'payment.unbooked'",
        };
    }

    private static async Task<WritingSample> OwnCredentialAsync(BooksFixture books)
    {
        var (biller, name) = (await Biller.OpenAsync(books, books.DemoCompany), Biller.NewWord());
        return new WritingSample(
            name, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"api":"quittance","name":"{{name}}, {{amount}}","scopes":["read"]}""")
        {
            Counts = "SELECT count(*)::int FROM credential WHERE name LIKE '{account}%'",
            AnswersOnce = true,
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnEndingAsync(BooksFixture books)
    {
        var creating = await OwnCredentialAsync(books);
        var biller = new Biller(books, books.DemoCompany, creating.Headers[0].Value["Bearer ".Length..]);
        var made = await biller.PostAsync(Biller.Credentials, JsonNode.Parse(creating.Body("8"))!);
        return creating with
        {
            Body = amount => $$"""{"reason":"No. {{amount}}"}""",
            Path = $"{Biller.Credentials}/{made.Json["credentials"]![0]!["id"]}/end",
            Counts = $"{creating.Counts} AND revoked_at IS NOT NULL",
            AnswersOnce = false,
        };
    }

    private static async Task<WritingSample> OwnWebhookAsync(BooksFixture books)
    {
        var (biller, name) = (await Biller.OpenAsync(books, books.DemoCompany), Biller.NewWord());
        // The answer about the first webhook of a credential has the secret. A webhook for all events would get every later one of the run.
        await biller.PostAsync(
            Biller.Webhooks, new JsonObject { ["url"] = "https://hooks.example/first", ["events"] = new JsonArray("account.merged") });
        return new WritingSample(
            name, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"url":"https://hooks.example/{{name}}/{{amount}}","events":["account.merged"]}""")
        {
            Counts = "SELECT count(*)::int FROM subscription WHERE address LIKE 'https://hooks.example/{account}/%'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnRotationAsync(BooksFixture books)
    {
        var (biller, name) = (await Biller.OpenAsync(books, books.DemoCompany), Biller.NewWord());
        return new WritingSample(
            name, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{"reason":"{{name}}, No. {{amount}}"}""")
        {
            Counts = "SELECT count(*)::int FROM operator_action WHERE what = 'webhook.rotate' AND reason LIKE '{account}%'",
            AnswersOnce = true,
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnSessionAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"account":"{{account}}","text":"Fees, No. {{amount}}","amount":{"amount":"8","currency":"EUR"} }""")
        {
            Brings = "SELECT s.account_id, s.merchant_id FROM session s",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    private static async Task<WritingSample> OwnSessionResultAsync(BooksFixture books, string verb)
    {
        var opening = await OwnSessionAsync(books);
        var biller = new Biller(books, books.DemoCompany, opening.Headers[0].Value["Bearer ".Length..]);
        var charge = await biller.OwingAsync(opening.Account, "8");
        var body = JsonNode.Parse(opening.Body("8"))!.AsObject();
        if (verb == "take")
            body.Remove("amount");
        var (token, other) = (await ResultAsync(), await ResultAsync());
        return opening with
        {
            // Another session's result makes another request.
            Body = amount => (amount == "9" ? other : token) is var result && verb == "take" ? $$"""{"token":"{{result}}"}"""
                : $$"""{"token":"{{result}}","charges":["{{charge}}"]}""",
            Brings = UsedSessions,
        };

        async Task<string> ResultAsync()
        {
            var opened = await biller.PostAsync(Biller.Sessions, body.DeepClone());
            using var payer = new Payer(books);
            return (string)(await payer.PayAsync((string)opened.Json["token"]!)).Answer["paymentRequestToken"]!;
        }
    }

    private static string EventsOfCharges(string type) =>
        "SELECT c.account_id, c.merchant_id FROM charge c JOIN event e ON e.merchant_id = c.merchant_id AND e.subject_id = c.id "
        + $"WHERE e.type = '{type}'";

    private static async Task<WritingSample> SessionAsync(BooksFixture books)
    {
        var studio = await TestStudio.OfDemoCompanyAsync(books);
        var member = await studio.MemberAsync();
        return new WritingSample(
            $"{member}", [("X-API-KEY", studio.Key)], amount =>
                $$"""{"amount":{{amount}},"scope":"ECOM","referenceText":"Fees","customerId":{{member}} }""")
        {
            Brings = "SELECT s.account_id, s.merchant_id FROM session s",
            TakesZero = true,
        };
    }

    private static async Task<WritingSample> BookingAsync(BooksFixture books)
    {
        var visits = await Visits.OpenAsync(books);
        var member = await visits.Studio.MemberAsync();
        // A session is for one amount: that of all tests that book one, and the one with an exponent.
        var (token, large) = (await visits.PaidAsync(member, "8"), await visits.PaidAsync(member, "1000"));
        return new WritingSample(
            $"{member}", [("X-API-KEY", visits.Studio.Key)], amount => Visits.Booking(amount == "1e3" ? large : token, amount))
        {
            Path = $"/v1/customers/{member}/account/payment",
            Brings = UsedSessions,
        };
    }

    private static async Task<WritingSample> ReplacingAsync(BooksFixture books)
    {
        var visits = await Visits.OpenAsync(books);
        var member = await visits.Studio.MemberAsync();
        var token = await visits.LeftAsync(member);
        return new WritingSample(
            $"{member}", [("X-API-KEY", visits.Studio.Key)], amount => $$"""{"paymentRequestToken":"{{token}}","passedOver":{{amount}} }""")
        {
            Path = $"/v1/customers/{member}/account/payment-instrument",
            Brings = UsedSessions,
            HasAmount = false,
        };
    }

    private static async Task<WritingSample> WidgetAsync(BooksFixture books)
    {
        var visits = await Visits.OpenAsync(books);
        var member = await visits.Studio.MemberAsync();
        var session = await visits.SessionAsync(member, "8");
        return new WritingSample(
            // What is passed over makes no other request; another card does.
            $"{member}", [("Authorization", $"Bearer {session}")],
            amount => Visits.Card(amount == "9" ? "5555555555554444" : Visits.GoodCard, more: $",\"passedOver\":{amount}"))
        {
            HasAmount = false,
        };
    }

    private static async Task<WritingSample> TripAsync(BooksFixture books)
    {
        var traveller = await Traveller.OpenAsync(books);
        var trip = Traveller.NewTrip();
        return new WritingSample(
            $"{trip.Id}", [("Authorization", $"Bearer {traveller.Token}")], amount => Traveller.Booking(trip, $",\"passedOver\":{amount}"))
        {
            Counts = "SELECT count(*)::int FROM booking WHERE trip_id = '{account}'",
            HasAmount = false,
            TakesXml = true,
        };
    }

    private static async Task<WritingSample> TripPaymentAsync(BooksFixture books)
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        return new WritingSample(
            $"{booking}", [("Authorization", $"Bearer {traveller.Token}")], amount => Traveller.Card(more: $",\"passedOver\":{amount}"))
        {
            Path = $"/bookings/{booking}/payment",
            Counts = "SELECT count(*)::int FROM payment p JOIN booking b ON b.merchant_id = p.merchant_id AND b.account_id = p.account_id "
                + "WHERE b.id = '{account}'",
            HasAmount = false,
        };
    }
}
