using Microsoft.AspNetCore.Routing;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests;

/// <summary>A valid request to each route that writes.</summary>
internal static class WritingRoutes
{
    internal const string UsedSessions = "SELECT s.account_id, s.merchant_id FROM session s WHERE s.status = 'used'";

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
        ["/api/v1/accounts"] = OwnApiSamples.AccountAsync,
        ["/api/v1/accounts/{id}/contact"] = OwnApiSamples.ContactAsync,
        ["/api/v1/accounts/{id}/close"] = books => OwnApiSamples.AccountChangeAsync(books, "close", "account.closed"),
        ["/api/v1/accounts/{id}/reopen"] = books => OwnApiSamples.AccountChangeAsync(books, "reopen", "account.reopened"),
        ["/api/v1/accounts/{id}/merge"] = books => OwnApiSamples.AccountChangeAsync(books, "merge", "account.merged"),
        ["/api/v1/accounts/{id}/unmerge"] = books => OwnApiSamples.AccountChangeAsync(books, "unmerge", "account.unmerged"),
        ["/api/v1/accounts/{id}/dunning"] = OwnApiSamples.DunningAsync,
        ["/api/v1/dunning"] = books => OwnApiSamples.PolicyAsync(
            books, "dunning_policy", "\"currency\":\"EUR\",\"levels\":[{\"after_days\":7}]"),
        ["/api/v1/tries"] = books => OwnApiSamples.PolicyAsync(books, "retry_policy", "\"tries\":[{\"after_days\":3}]"),
        ["/api/v1/charges"] = OwnApiSamples.ChargeAsync,
        ["/api/v1/payments"] = OwnApiSamples.PaymentAsync,
        ["/api/v1/payments/{id}/allocate"] = OwnApiSamples.AllocationAsync,
        ["/api/v1/payments/{id}/complete"] = OwnApiSamples.CompletionAsync,
        ["/api/v1/payments/{id}/cancel"] = OwnApiSamples.CancellationAsync,
        ["/api/v1/payments/{id}/retry"] = OwnApiSamples.RetryAsync,
        ["/api/v1/payments/{id}/refund"] = OwnApiSamples.RefundAsync,
        ["/api/v1/refunds/{id}/paid"] = books => OwnApiSamples.PayOutAsync(books, "paid", "refund.done"),
        ["/api/v1/refunds/{id}/call-off"] = books => OwnApiSamples.PayOutAsync(books, "call-off", "refund.failed"),
        ["/api/v1/charges/{id}/correct"] = OwnApiSamples.CorrectionAsync,
        ["/api/v1/charges/{id}/change"] = OwnApiSamples.ChangeAsync,
        ["/api/v1/payments/{id}/unallocate"] = OwnApiSamples.UnallocationAsync,
        ["/api/v1/payments/{id}/move"] = OwnApiSamples.MoveAsync,
        ["/api/v1/statements"] = OwnApiSamples.StatementAsync,
        ["/api/v1/statements/{id}/undo"] = ActSamples.UndoAsync,
        ["/api/v1/lines/{id}/book"] = OwnApiSamples.BookingAsync,
        ["/api/v1/lines/{id}/split"] = OwnApiSamples.SplittingAsync,
        ["/api/v1/lines/{id}/unbook"] = OwnApiSamples.UnbookingAsync,
        ["/api/v1/credentials"] = OwnApiSamples.CredentialAsync,
        ["/api/v1/credentials/{id}/end"] = OwnApiSamples.EndingAsync,
        ["/api/v1/accounts/erase"] = ActSamples.ErasureAsync,
        ["/api/v1/credentials/rotate"] = ActSamples.RotationAsync,
        ["/api/v1/sessions"] = OwnApiSamples.SessionAsync,
        ["/api/v1/sessions/book"] = books => OwnApiSamples.SessionResultAsync(books, "book"),
        ["/api/v1/sessions/take"] = books => OwnApiSamples.SessionResultAsync(books, "take"),
        ["/api/v1/limits"] = ActSamples.LimitAsync,
        ["/api/v1/limits/end"] = ActSamples.LimitEndAsync,
        ["/api/v1/tolerances"] = ActSamples.ToleranceAsync,
        ["/api/v1/tolerances/end"] = ActSamples.ToleranceEndAsync,
        ["/api/v1/provider-routes"] = ActSamples.RouteAsync,
        ["/api/v1/provider-routes/end"] = ActSamples.RouteEndAsync,
        ["/api/v1/apis/time-zone"] = ActSamples.ZoneAsync,
        ["/api/v1/origins"] = ActSamples.OriginAsync,
        ["/api/v1/origins/remove"] = ActSamples.OriginRemoveAsync,
        ["/api/v1/clients/revoke"] = ActSamples.ClientAsync,
        ["/api/v1/people/end"] = ActSamples.PersonEndAsync,
        ["/api/v1/people/role"] = ActSamples.PersonRoleAsync,
        ["/api/v1/collections"] = ActSamples.CollectionAsync,
        ["/api/v1/collections/release"] = books => ActSamples.CollectionStepAsync(books, "collect.release"),
        ["/api/v1/collections/call-off"] = books => ActSamples.CollectionStepAsync(books, "collect.call-off"),
        ["/api/v1/collections/file"] = books => ActSamples.CollectionFileAsync(books, "collect.file"),
        ["/api/v1/collections/sent"] = ActSamples.LostTimeAsync,
        ["/api/v1/collections/unsent"] = ActSamples.LostTimeAsync,
        ["/api/v1/collections/lost"] = books => ActSamples.CollectionFileAsync(books, "collect.lost"),
        ["/api/v1/mandates"] = ActSamples.PaperMandateAsync,
        ["/api/v1/mandates/import"] = ActSamples.MandatesAsync,
        ["/api/v1/contacts/import"] = ActSamples.ContactsAsync,
        ["/api/v1/mandates/amend"] = ActSamples.MandateAsync,
        ["/api/v1/months/close"] = ActSamples.MonthCloseAsync,
        ["/api/v1/months/reopen"] = ActSamples.MonthReopenAsync,
        ["/api/v1/dunning/run"] = ActSamples.RunAsync,
        ["/api/v1/tries/run"] = ActSamples.RunAsync,
        ["/api/v1/dues"] = ActSamples.DuesAsync,
        ["/api/v1/dues/stop"] = ActSamples.DueStopAsync,
        ["/api/v1/autopay"] = ActSamples.AutopayAsync,
        ["/api/v1/accounts/notes"] = ActSamples.NoteAsync,
        ["/api/v1/autopay/end"] = ActSamples.AutopayEndAsync,
        ["/api/v1/dues/policy"] = ActSamples.DuePolicyAsync,
        ["/api/v1/dues/policy/end"] = ActSamples.DuePolicyEndAsync,
        ["/api/v1/payee"] = ActSamples.PayeeAsync,
        ["/api/v1/profile"] = ActSamples.ProfileAsync,
        ["/api/v1/profile/logo"] = ActSamples.LogoAsync,
        ["/api/v1/collections/account"] = ActSamples.BankAccountAsync,
        ["/api/v1/webhooks/messages/replay"] = ActSamples.ReplayAsync,
        ["/api/v1/webhooks/{id}/test"] = ActSamples.WebhookTestAsync,
        ["/api/v1/lines/accept"] = ActSamples.AcceptLinesAsync,
        ["/api/v1/lines/ignore"] = ActSamples.IgnoreLinesAsync,
        ["/api/v1/line-rules"] = ActSamples.RuleAsync,
        ["/api/v1/line-rules/switch"] = ActSamples.RuleSwitchAsync,
        ["/api/v1/line-rules/end"] = ActSamples.RuleEndAsync,
        ["/api/v1/statement-formats"] = ActSamples.FormatAsync,
        ["/api/v1/statement-formats/end"] = ActSamples.FormatEndAsync,
        ["/api/v1/datev"] = ActSamples.DatevAsync,
        ["/api/v1/mails/sentences"] = ActSamples.MailSentenceAsync,
        ["/api/v1/mails/statements"] = ActSamples.MailStatementAsync,
        ["/api/v1/mails/account-links"] = ActSamples.MailAccountLinkAsync,
        ["/api/v1/mails/policy"] = ActSamples.MailPolicyAsync,
        ["/api/v1/mails/bounces"] = ActSamples.MailReportAsync,
        ["/api/v1/mails/{id}/resend"] = ActSamples.MailResendAsync,
        ["/api/v1/webhooks"] = OwnApiSamples.WebhookAsync,
        ["/api/v1/webhooks/secret/rotate"] = OwnApiSamples.RotationAsync,
        ["/api/v1/payment-links"] = OwnApiSamples.LinkAsync,
        ["/api/v1/payment-links/{id}/take-back"] = books => OwnApiSamples.TakingBackAsync(books, Biller.Links),
        ["/api/v1/links"] = OwnApiSamples.LinkAsync,
        ["/api/v1/links/{id}/take-back"] = books => OwnApiSamples.TakingBackAsync(books, "/api/v1/links"),
        ["/api/v1/charges/{id}/cancel"] = books => OwnApiSamples.FormerCorrectionAsync(books, "cancel", "charge.cancelled"),
        ["/api/v1/charges/{id}/credit"] = books => OwnApiSamples.FormerCorrectionAsync(books, "credit", "charge.credited"),
        ["/api/v1/charges/{id}/reinstate"] = books => OwnApiSamples.FormerCorrectionAsync(books, "reinstate", "charge.reinstated"),
        ["/api/v1/charges/{id}/write-off"] = books => OwnApiSamples.FormerCorrectionAsync(books, "write-off", "charge.written_off"),
        ["/api/v1/charges/{id}/recover"] = books => OwnApiSamples.FormerCorrectionAsync(books, "recover", "charge.recovered"),
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
        var account = $"A-{NewKey()}";
        return Task.FromResult(new WritingSample(
            account, [("Authorization", "Bearer demo-telco")],
            amount =>
                $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":"""
                + $$"""{"unit":"EUR","value":{{amount}} } }"""));
    }

    private static async Task<WritingSample> TmfRefundAsync(BooksFixture books)
    {
        var account = $"A-{NewKey()}";
        var payment = await new TmfHttp(books, "demo-telco").PayAsync(account, "{\"@type\":\"Cash\"}", "{\"unit\":\"EUR\",\"value\":1000}");
        return new WritingSample(
            account, [("Authorization", "Bearer demo-telco")],
            amount => $$"""
                {"account":{"id":"{{account}}"},"payment":{"id":"{{payment["id"]}}"},"paymentMethod":{},
                 "totalAmount":{"unit":"EUR","value":{{amount}} } }
                """)
        {
            Brings = "SELECT r.account_id, r.merchant_id FROM refund r",
        };
    }

    private static async Task<WritingSample> TmfHubAsync(BooksFixture books)
    {
        var account = $"A-{NewKey()}";
        await new TmfHttp(books, "demo-telco").PayAsync(account);
        return new WritingSample(
            account, [("Authorization", "Bearer demo-telco")], amount =>
                $$"""{"callback":"https://hooks.example/{{account}}/{{amount}}","query":"eventType=PaymentDeleteEvent"}""")
        {
            // The account that its address names.
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
            // A member that the server ignores makes no other request; another card does.
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
