using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using static Quittance.Tests.WritingRoutes;

namespace Quittance.Tests;

/// <summary>Valid requests to the routes of Quittance's own API that write.</summary>
internal static class OwnApiSamples
{
    public static async Task<WritingSample> AccountAsync(BooksFixture books)
    {
        var (biller, reference) = (await Biller.OpenAsync(books, books.DemoCompany), $"C-{NewKey()}");
        return new WritingSample(
            reference, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"reference":"{{reference}}","currency":"EUR","name":"No. {{amount}}"}""")
        {
            Brings = "SELECT a.id AS account_id, a.merchant_id FROM account a",
            HasAmount = false,
        };
    }

    public static async Task<WritingSample> ContactAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")],
            amount => $$"""{"email":"anna@example.com","address":{"line1":"No. {{amount}}","city":"Bern","country":"CH"} }""")
        {
            Path = $"{Biller.Accounts}/{account}/contact",
            Brings = "SELECT e.subject_id AS account_id, e.merchant_id FROM event e WHERE e.type = 'account.contact_changed'",
            HasAmount = false,
        };
    }

    public static async Task<WritingSample> AccountChangeAsync(BooksFixture books, string verb, string type)
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

    public static async Task<WritingSample> ChargeAsync(BooksFixture books)
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

    public static async Task<WritingSample> LinkAsync(BooksFixture books)
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

    public static async Task<WritingSample> TakingBackAsync(BooksFixture books, string links)
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
            Path = $"{links}/{made.Json["id"]}/take-back",
            Brings = "SELECT l.account_id, l.merchant_id FROM payment_link l WHERE l.status = 'taken_back'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    public static async Task<WritingSample> PaymentAsync(BooksFixture books)
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

    public static async Task<WritingSample> AllocationAsync(BooksFixture books)
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

    public static async Task<WritingSample> CompletionAsync(BooksFixture books) => await AwaitedAsync(books, "complete") with
    {
        Body = amount => $$"""{"received_by":"cash","reason":"No. {{amount}}"}""",
    };

    public static Task<WritingSample> CancellationAsync(BooksFixture books) => AwaitedAsync(books, "cancel");

    private static async Task<WritingSample> AwaitedAsync(BooksFixture books, string verb)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = Biller.NewText();
        var number = await new Till(books, books.DemoCompany).PromiseAsync(account);
        var id = await books.ScalarAsync("SELECT id FROM payment WHERE merchant_id = $1 AND number = $2", books.DemoCompany.Value, number);
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{"reason":"No. {{amount}}"}""")
        {
            Path = $"{Biller.Payments}/{id}/{verb}",
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p WHERE p.status IN ('captured', 'cancelled')",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    public static async Task<WritingSample> RetryAsync(BooksFixture books)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var (id, customer) = await DeclinedPayments.MakeAsync(
            books.Engine, books.Vault, books.DemoCompany, VaultedPayments.GoodCard, 8_00);
        return new WritingSample(
            customer.Account, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{"reason":"No. {{amount}}"}""")
        {
            Path = $"{Biller.Payments}/{id.Value:D}/retry",
            Brings = "SELECT p.account_id, p.merchant_id FROM payment p WHERE p.status <> 'declined'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    public static async Task<WritingSample> RefundAsync(BooksFixture books)
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

    /// <summary>What became of a refund that people pay out.</summary>
    /// <param name="type">The event that it makes.</param>
    public static async Task<WritingSample> PayOutAsync(BooksFixture books, string verb, string type)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var body = Biller.Cash(account, "2000");
        body["method"] = "bank_account_transfer";
        var paid = await biller.PostAsync(Biller.Payments, body);
        var refund = await biller.PostAsync($"{Biller.Payments}/{paid.Json["id"]}/refund", new JsonObject());
        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => $$"""{"reason":"No. {{amount}}"}""")
        {
            Path = $"/api/v1/refunds/{refund.Json["id"]}/{verb}",
            Brings = "SELECT r.account_id, r.merchant_id FROM refund r JOIN event e ON e.merchant_id = r.merchant_id AND e.subject_id = "
                + $"r.id WHERE e.type = '{type}'",
            HasAmount = false,
            NeedsKey = true,
        };
    }

    public static async Task<WritingSample> CorrectionAsync(BooksFixture books)
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

    /// <summary>A correction by a former name of the call.</summary>
    /// <param name="type">The event that it makes.</param>
    public static async Task<WritingSample> FormerCorrectionAsync(BooksFixture books, string verb, string type)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "2000");
        if (verb is "reinstate" or "recover")
        {
            await biller.PostAsync(
                $"{Biller.Charges}/{charge}/{(verb == "recover" ? "write-off" : "credit")}",
                new JsonObject { ["amount"] = Biller.Euro("2000"), ["reason"] = "By mistake" });
        }

        return new WritingSample(
            account, [("Authorization", $"Bearer {biller.Secret}")], amount => verb == "cancel"
                ? new JsonObject { ["reason"] = $"No. {amount}" }.ToJsonString()
                : new JsonObject
                {
                    ["amount"] = Biller.Euro(amount == "1e3" ? "1000" : amount),
                    ["reason"] = "Delivered late",
                }.ToJsonString())
        {
            Path = $"{Biller.Charges}/{charge}/{verb}",
            Brings = EventsOfCharges(type),
            HasAmount = verb != "cancel",
            NeedsKey = true,
        };
    }

    public static async Task<WritingSample> ChangeAsync(BooksFixture books)
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

    public static async Task<WritingSample> DunningAsync(BooksFixture books)
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
    public static async Task<WritingSample> PolicyAsync(BooksFixture books, string table, string policy)
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

    public static async Task<WritingSample> UnallocationAsync(BooksFixture books)
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

    public static async Task<WritingSample> MoveAsync(BooksFixture books)
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

    public static async Task<WritingSample> StatementAsync(BooksFixture books)
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

    public static async Task<WritingSample> BookingAsync(BooksFixture books)
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

    public static async Task<WritingSample> SplittingAsync(BooksFixture books)
    {
        const string Five = """{"amount":"5.00","currency":"EUR"}""";
        var booking = await BookingAsync(books);
        return booking with
        {
            Body = amount => $$"""
                {"parts":[{"amount":{{Five}},"as":"customer","names":["{{booking.Account}}"]},
                {"amount":{{Five.Replace('5', '3')}}}],"reason":"No. {{amount}}"}
                """,
            Path = booking.Path!.Replace("/book", "/split", StringComparison.Ordinal),
        };
    }

    public static async Task<WritingSample> UnbookingAsync(BooksFixture books)
    {
        var booking = await BookingAsync(books);
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

    public static async Task<WritingSample> CredentialAsync(BooksFixture books)
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

    public static async Task<WritingSample> EndingAsync(BooksFixture books)
    {
        var creating = await CredentialAsync(books);
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

    public static async Task<WritingSample> WebhookAsync(BooksFixture books)
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

    public static async Task<WritingSample> RotationAsync(BooksFixture books)
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

    public static async Task<WritingSample> SessionAsync(BooksFixture books)
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

    public static async Task<WritingSample> SessionResultAsync(BooksFixture books, string verb)
    {
        var opening = await SessionAsync(books);
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
}
