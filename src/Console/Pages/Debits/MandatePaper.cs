using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Quittance.Console.Access;
using Quittance.Console.Pages.Payments;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Papers;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Debits;

/// <summary>A form of a SEPA mandate to print, with what is known of the customer.</summary>
internal static class MandatePaper
{
    public const string Reference = "mandate";
    public const string Sequence = "sequence";
    public const string Scheme = "scheme";
    public const string Recurring = "recurring";
    public const string OneOff = "one_off";

    private const string Path = $"{ConsoleRoutes.Root}/customers/{{id:guid}}/mandate.pdf";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, AnswerAsync).WithMetadata(new NeedsAttribute(OperatorRole.Operator), new DrawnAttribute());

    /// <summary>Where the form for a customer is.</summary>
    public static string AddressOf(string customer) => $"{customer}/mandate.pdf";

    /// <summary>
    /// Answers a request for it; 404 where the merchant has no bank account that collects SEPA debits. A reference that can be none is left
    /// for the hand.
    /// </summary>
    private static async Task AnswerAsync(
        HttpContext http, Guid id, CurrentOperator desk, ICreditors creditors, PaperDesk papers, IReceivables receivables,
        Merchants merchants)
    {
        var (query, cancel) = (http.Request.Query, http.RequestAborted);
        var customer = await receivables.AccountAsync(new AccountId(desk.Merchant, id), Core.Reference.House, cancel);
        if (customer is null || await creditors.FindAsync(desk.Merchant, cancel) is not { Flavour: BankFlavour.Sepa } creditor)
        {
            await PaperAnswer.WriteAsync(http, paper: null);
            return;
        }

        var typed = ((string?)query[Reference])?.Trim();
        var reference = query.ContainsKey(Reference) ? Mandate.IsReference(MandateScheme.Sepa, typed) ? typed : null
            : await creditors.NextReferenceAsync(customer.Account, cancel);
        bool? isOneOff = (string?)query[Sequence] switch { OneOff => true, Recurring => false, _ => null };
        await PaperAnswer.WriteAsync(http, await papers.MandateFormAsync(
            customer, creditor, new MandateFormAsked(reference, isOneOff, DebitSchemes.Of(query[Scheme])), desk.Today,
            await PaperAnswer.IssuerAsync(desk, merchants, cancel), language: null, cancel));
    }
}
