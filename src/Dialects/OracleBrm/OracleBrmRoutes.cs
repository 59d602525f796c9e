using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
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

    /// <summary>The scope of operations that write payments.</summary>
    public const string WriteScope = "brm.payment.write";

    private const string PaymentId = "id";

    private static readonly OracleBrmResource Resource = OracleBrmResource.Payment;

    public override string Name => TmfNames.OracleBrm;

    public override IReadOnlyList<string> Paths => ["/brm"];

    protected override bool WritesNulls => true;

    public override ApiDescription Description => OracleBrmDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var refunds = new OracleBrmRefunds(address);
        foreach (var version in (string[])(isDemo ? ["v4", "version"] : ["v4"]))
        {
            var mount = $"/brm/payment/{version}";
            routes.Post("payment.create", $"{mount}/payment", WriteScope, CreateAsync).WithMetadata(OracleBrmDocument.CreatePayment);
            routes.Get($"{mount}/payment", ReadScope, ListAsync).WithMetadata(OracleBrmDocument.ListPayments);
            routes.Get($"{mount}/payment/{{{PaymentId}}}", ReadScope, FindAsync).WithMetadata(OracleBrmDocument.FindPayment);
            routes.Post("payment.allocate", $"{mount}/paymentAllocation", WriteScope, AllocateAsync).WithMetadata(OracleBrmDocument.AllocatePayment);
            routes.Post("refund.create", $"{mount}/refund", WriteScope, refunds.CreateAsync).WithMetadata(OracleBrmDocument.CreateRefund);
            routes.Get($"{mount}/refund", ReadScope, refunds.ListAsync).WithMetadata(OracleBrmDocument.ListRefunds);
            routes.Get($"{mount}/refund/{{id}}", ReadScope, refunds.FindAsync).WithMetadata(OracleBrmDocument.FindRefund);
            Describe(routes, $"{mount}/payment/describe", Resource).WithMetadata(OracleBrmDocument.DescribePayment);
            Describe(routes, $"{mount}/refund/describe", OracleBrmResource.Refund).WithMetadata(OracleBrmDocument.DescribeRefund);
        }
    }

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) => BearerToken.FindAsync(http, credentials, Name);

    protected override TmfError? ErrorInAddress(Call call)
    {
        var request = call.Http.Request;

        // Oracle BRM 5.4: an unknown parameter is never passed over.
        if (!HttpMethods.IsGet(request.Method))
            return request.Query.Keys.FirstOrDefault() is { } parameter ? OracleBrmErrors.UnknownParameter(parameter) : null;
        if (OracleBrmQuery.ReadOne(request, Resource) is { Error: { } error })
            return error;

        // Oracle BRM 4.4: a POID of the wrong class is a mistake and no unknown id.
        return Poid.TryParse(call.PathValue(PaymentId).Replace(' ', '+'), out var poid) && poid.Class != Poid.PaymentClass
            ? OracleBrmErrors.WrongClass("id", poid, Poid.PaymentClass)
            : null;
    }

    protected override TmfRequest? Read(JsonBody body, Call call) => OracleBrmRequests.Payment(body, call.Origin, call.NewId);

    protected override async Task<TmfError?> ErrorInBooksAsync(TmfRequest request, Call call)
    {
        if (request.BillUnit is not { } unit)
            return null;
        if (await call.Books.AccountAsync(unit, call.Cancel) is not { } billed)
            return OracleBrmErrors.BillUnitUnknown();
        return await call.Books.AccountAsync(request.Command.Account.Names[0], call.Cancel) is { } account && account.Id != billed.Id
            ? OracleBrmErrors.BillUnitForeign()
            : null;
    }

    protected override TmfError ErrorForRefusal(Refusal refusal, string? bill) => OracleBrmErrors.Of(refusal, bill);

    protected override string HrefOf(HttpRequest request, Payment payment) => OracleBrmResponses.PaymentHref(address, payment);

    protected override TmfSelection? SelectionOf(Call call) => QueryOf(call).Page.Selection;

    protected override void Write(Utf8JsonWriter json, PaymentView view, string href) =>
        OracleBrmResponses.Payment(json, view, href, address);

    protected override void Write(Utf8JsonWriter json, PaymentView view, string href, Call call) =>
        OracleBrmResponses.Payment(json, view, href, address, QueryOf(call).IsExtended);

    /// <summary>What a kind of resource looks like: anybody may ask (Oracle BRM 3.8).</summary>
    private IEndpointConventionBuilder Describe(DialectRoutes routes, string path, OracleBrmResource resource) => routes.Open(HttpMethods.Get, path, http =>
    {
        var (query, error) = OracleBrmQuery.ReadType(http.Request, resource);
        var answer = query is null ? Tell(error!) : new Answer(StatusCodes.Status200OK, OracleBrmDocument.ShapeOf(resource, query.IsExtended).WriteSchema);
        return DialectRoutes.WriteAsync(http, answer);
    });

    /// <summary>The query of a GET that <see cref="ErrorInAddress"/> has found to be good.</summary>
    private static OracleBrmQuery QueryOf(Call call) => OracleBrmQuery.ReadOne(call.Http.Request, Resource).Query!;

    private async Task<Answer> ListAsync(Call call)
    {
        var (query, error) = OracleBrmQuery.ReadList(call.Http.Request, Resource);
        if (query is null)
            return Tell(error!);
        var pages = new TmfPages<PaymentView>
        {
            // Oracle BRM 5.13.
            IsNewestFirst = true,
            Address = OracleBrmResponses.PaymentsHref(address),
            ReadAsync = list => call.Books.PaymentsAsync(list, call.Cancel),
            IdOf = view => view.Payment.Id.Value,
            Write = (json, view) => OracleBrmResponses.Payment(json, view, OracleBrmResponses.PaymentHref(address, view.Payment), address, query.IsExtended),
        };
        return await pages.AnswerAsync(call, query.Page, await query.ToCriteriaAsync(call, Resource));
    }

    /// <summary>POST of an allocation: 201 without a body, and the address of the payment (Oracle BRM 3.6, 5.10).</summary>
    private async Task<Answer> AllocateAsync(Call call)
    {
        if (ErrorInAddress(call) is { } wrong)
            return Tell(wrong);
        if (!JsonBody.TryParse(call.Body, out var body, out var fault))
            return Tell(Tmf676Errors.Of(fault));
        OracleBrmAllocation? asked;
        using (body)
        {
            asked = OracleBrmRequests.Allocation(body);
            if (asked is null)
                return Tell(Tmf676Errors.Of(body.Faults));
        }

        if (await PaymentName.FindAsync(call, asked.Payment) is not { } view)
            return Tell(OracleBrmErrors.PaymentUnknown("paymentId"));
        var payment = view.Payment;
        var currency = (payment.Amount?.Currency ?? view.Account.Currency);
        for (var index = 0; index < asked.Bills.Count; index++)
        {
            if (asked.Bills[index].Amount.Currency != currency)
                return Tell(OracleBrmErrors.AllocatedInOtherCurrency(index, currency));
        }

        var merchant = call.Credential.Merchant;
        var outcome = await call.SubmitAsync(new AllocatePayment(
            call.Origin, AccountTarget.Of(view.Account.Id, view.Account.Slot), payment.Id,
            [.. asked.Bills.Select(bill => Part.Charge(OracleBrmNames.Bill(bill.Bill, merchant), bill.Amount.AmountMinor))])
        {
            Key = call.KeyUse(),
        });
        return outcome.Accepted
            ? new Answer(StatusCodes.Status201Created, null)
            {
                Location = OracleBrmResponses.PaymentHref(address, payment),
                Payment = payment.Id.Value,
                Replayed = outcome.Replayed,
            }
            : Tell(ErrorOf(outcome.Faults[0], asked, view));
    }

    private static TmfError ErrorOf(Fault fault, OracleBrmAllocation asked, PaymentView view)
    {
        var bill = fault.Part < 0 ? null : OracleBrmRequests.AllocatedAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal);
        if (fault.Refusal != Refusal.ExceedsUnallocated)
            return OracleBrmErrors.Of(fault.Refusal, bill);

        // What came since the payment was read is not in the message; it was in the decision.
        var currency = view.Payment.Amount?.Currency ?? view.Account.Currency;
        var askedMinor = asked.Bills.Aggregate((Int128)0, (sum, one) => sum + one.Amount.AmountMinor);
        return OracleBrmErrors.ExceedsUnallocated(
            new Money(view.Payment.UnallocatedMinor, currency), new Money((long)Int128.Min(askedMinor, Money.MaxAmountMinor), currency));
    }
}
