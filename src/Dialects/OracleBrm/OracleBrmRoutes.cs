using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The payments of Oracle BRM's REST Services Manager: TMF676 with differences.</summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="isDemo">Whether the literal path segment <c>version</c> works in place of <c>v4</c>, as in Oracle's own
/// sample.</param>
public sealed class OracleBrmRoutes(PublicAddress address, bool isDemo = false) : TmfDialect
{
    /// <summary>The scope of operations that read payments.</summary>
    public const string ReadScope = "brm.payment.read";

    /// <summary>The scope of recording payments and using their credit.</summary>
    public const string CreateScope = "brm.payment.create";

    /// <summary>The scope of refunds.</summary>
    public const string RefundScope = "brm.payment.refund";

    /// <summary>The scope of all operations that write: it does for each of those above.</summary>
    public const string WriteScope = "brm.payment.write";

    // References of refunds do not meet those of payments.
    private const string RefundReferences = $"{TmfNames.OracleBrm} refund";

    /// <summary>Clients name accounts and bills by their POID or by their number; accounts by the POID of their bill unit too.</summary>
    public static DialectSetup Setup { get; } = new(
        TmfNames.OracleBrm, [CredentialKind.Bearer],
        [
            new(ReadScope, Reach.Viewer, "See payments"), new(CreateScope, Reach.Operator, "Record payments"),
            new(RefundScope, Reach.Operator, "Refund payments"), new(WriteScope, Reach.Operator, "Record and refund payments"),
        ],
        OracleBrmNames.AccountKindOf,
        name => Poid.TryParse(name, out _) ? TmfNames.Bill : TmfNames.BillNumber)
    {
        WideScopes = [WriteScope],
    };

    public override string Name => TmfNames.OracleBrm;

    public override IReadOnlyList<string> Paths => ["/brm"];

    protected override bool WritesNulls => true;

    public override ApiDescription Description => OracleBrmDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var payments =
            new OracleBrmCollection<PaymentView>(TmfKind.Payment, OracleBrmResource.Payment, OracleBrmResponses.PaymentsHref(address))
            {
                Write = (json, view, isExtended) =>
                    OracleBrmResponses.Payment(json, view, OracleBrmResponses.PaymentHref(address, view.Payment), address, isExtended),
            };
        var refunds = new OracleBrmCollection<RefundView>(TmfKind.Refund, OracleBrmResource.Refund, OracleBrmResponses.RefundsHref(address))
        {
            Write = (json, view, isExtended) => OracleBrmResponses.Refund(json, view, address, isExtended),
        };
        foreach (var version in (string[])(isDemo ? ["v4", "version"] : ["v4"]))
        {
            var mount = $"/brm/payment/{version}";
            routes.Post("payment.create", $"{mount}/payment", CreateScope, CreatePaymentAsync, orScope: WriteScope)
                .WithMetadata(OracleBrmDocument.CreatePayment);
            routes.Get($"{mount}/payment", ReadScope, payments.ListAsync).WithMetadata(OracleBrmDocument.ListPayments);
            routes.Get($"{mount}/payment/{{id}}", ReadScope, payments.FindAsync).WithMetadata(OracleBrmDocument.FindPayment);
            routes.Post("payment.allocate", $"{mount}/paymentAllocation", CreateScope, AllocateAsync, orScope: WriteScope)
                .WithMetadata(OracleBrmDocument.AllocatePayment);
            routes.Post("refund.create", $"{mount}/refund", RefundScope, CreateRefundAsync, orScope: WriteScope)
                .WithMetadata(OracleBrmDocument.CreateRefund, AsOperator.Grave);
            routes.Get($"{mount}/refund", ReadScope, refunds.ListAsync).WithMetadata(OracleBrmDocument.ListRefunds);
            routes.Get($"{mount}/refund/{{id}}", ReadScope, refunds.FindAsync).WithMetadata(OracleBrmDocument.FindRefund);
            Describe(routes, $"{mount}/payment/describe", OracleBrmResource.Payment).WithMetadata(OracleBrmDocument.DescribePayment);
            Describe(routes, $"{mount}/refund/describe", OracleBrmResource.Refund).WithMetadata(OracleBrmDocument.DescribeRefund);
        }
    }

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        BearerToken.FindAsync(http, credentials, Name);

    /// <summary>Maps the description of a kind of resource; anybody may ask for it (Oracle BRM 3.8).</summary>
    private IEndpointConventionBuilder Describe(DialectRoutes routes, string path, OracleBrmResource resource) =>
        routes.Open(HttpMethods.Get, path, http =>
    {
        var query = OracleBrmQuery.ReadType(http.Request, resource);
        var answer = query.Error is { } error
            ? Refuse(error)
            : new Answer(StatusCodes.Status200OK, resource.ShapeOf(query.Value.IsExtended).WriteSchema);
        return DialectRoutes.WriteAsync(http, answer);
    });

    /// <summary>POST of anything. Oracle BRM 5.4: a parameter that is unknown, as all are here, is an error.</summary>
    private async Task<Answer> CreateStrictlyAsync<TRequest>(
        Call call, Func<JsonBody, TRequest?> read, Func<TRequest, Task<Reading<TmfCreation, TmfError>>> toCreationAsync)
        where TRequest : class => call.Http.Request.Query.Keys.FirstOrDefault() is { } parameter
            ? Refuse(OracleBrmErrors.UnknownParameter(parameter))
            : await CreateAsync(call, read, toCreationAsync);

    private Task<Answer> CreatePaymentAsync(Call call) => CreateStrictlyAsync<TmfRequest>(
        call,
        body => OracleBrmRequests.Payment(body, call.Origin, call.NewId),
        async request =>
        {
            if (await ErrorInBillUnitAsync(request, call) is { } error)
                return error;
            return new TmfCreation(
                request.Command with { ClientReference = call.ReferenceOf(Name, request.CorrelatorId) },
                fault => OracleBrmErrors.Of(fault.Refusal, request.PlaceOf(fault)),
                async outcome =>
                {
                    var view = await call.PaymentAsync(outcome);
                    var href = OracleBrmResponses.PaymentHref(address, view.Payment);
                    return Created(
                        href, json => OracleBrmResponses.Payment(json, view, href, address)) with
                    { Payment = view.Payment.Id.Value };
                });
        });

    /// <summary>An account has its bill unit for good, so a wrong one is found before the engine is asked.</summary>
    private static async Task<TmfError?> ErrorInBillUnitAsync(TmfRequest request, Call call)
    {
        if (request.BillUnit is not { } unit)
            return null;
        if (await call.Books.LastAccountAsync([unit], call.Cancel) is not { } billed)
            return OracleBrmErrors.BillUnitUnknown();
        return await call.Books.LastAccountAsync([request.Command.Account.Names[0]], call.Cancel) is { } account && account.Id != billed.Id
            ? OracleBrmErrors.BillUnitForeign()
            : null;
    }

    private Task<Answer> CreateRefundAsync(Call call) => CreateStrictlyAsync<TmfResource>(call, OracleBrmRequests.Refund, async refund =>
    {
        var name = OracleBrmNames.Account(refund.Account!.Id, call.Credential.Merchant);
        var account = await call.Books.AccountAsync(name, call.Cancel);
        // Oracle BRM 4.6.
        if (refund.Payment is null && account is not null && account.Currency != refund.TotalAmount!.Amount!.Value.Currency)
            return OracleBrmErrors.Of(Refusal.CurrencyMismatch, null);
        var command = await OracleBrmRefunds.CommandAsync(call, refund, name, account);
        return new TmfCreation(
            command with { ClientReference = call.ReferenceOf(RefundReferences, refund.CorrelatorId) },
            fault => OracleBrmErrors.OfRefund(fault.Refusal, isOfCredit: refund.Payment is null),
            async outcome =>
            {
                var view = await call.RefundAsync(outcome);
                return Created(OracleBrmResponses.RefundHref(address, view.Refund), json => OracleBrmResponses.Refund(json, view, address));
            });
    });

    /// <summary>POST of an allocation: 201 without a body, and the address of the payment (Oracle BRM 3.6, 5.10).</summary>
    private Task<Answer> AllocateAsync(Call call) =>
        CreateStrictlyAsync<OracleBrmAllocation>(call, OracleBrmRequests.Allocation, async asked =>
    {
        if (await TmfKind.Payment.FindAsync(call, asked.Payment) is not { } view)
            return OracleBrmErrors.PaymentUnknown("paymentId");
        var payment = view.Payment;
        var currency = payment.Amount?.Currency ?? view.Account.Currency;
        for (var index = 0; index < asked.Bills.Count; index++)
        {
            if (asked.Bills[index].Amount.Currency != currency)
                return OracleBrmErrors.AllocatedInOtherCurrency(index, currency);
        }

        var merchant = call.Credential.Merchant;
        var command = new AllocatePayment(
            call.OfOperator("payment.allocate", $"payment {payment.Number}"),
            AccountTarget.Of(view.Account.Id, view.Account.Slot), payment.Id,
            [.. asked.Bills.Select(bill => Part.Charge(OracleBrmNames.Bill(bill.Bill, merchant), bill.Amount.AmountMinor))]);
        return new TmfCreation(
            command,
            fault => ErrorOf(fault, asked, view),
            _ => Task.FromResult(Created(OracleBrmResponses.PaymentHref(address, payment), null) with { Payment = payment.Id.Value }));
    });

    private static TmfError ErrorOf(Fault fault, OracleBrmAllocation asked, PaymentView view)
    {
        var bill = fault.Part < 0 ? null
            : OracleBrmRequests.AllocatedAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal);
        if (fault.Refusal != Refusal.ExceedsUnallocated)
            return OracleBrmErrors.Of(fault.Refusal, bill);
        // The message has the figures of the payment as it was read. The decision was made on the books as they were then.
        var currency = view.Payment.Amount?.Currency ?? view.Account.Currency;
        var askedMinor = asked.Bills.Aggregate((Int128)0, (sum, one) => sum + one.Amount.AmountMinor);
        return OracleBrmErrors.ExceedsUnallocated(
            new Money(view.Payment.UnallocatedMinor, currency), new Money((long)Int128.Min(askedMinor, Money.MaxAmountMinor), currency));
    }
}
