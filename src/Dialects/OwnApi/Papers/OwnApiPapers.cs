using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Accounts;
using Quittance.Dialects.OwnApi.Links;
using Quittance.Dialects.OwnApi.Payments;
using Quittance.Papers;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Papers;

/// <summary>Papers for customers as PDF.</summary>
internal sealed class OwnApiPapers(
    PublicAddress address, OwnApiAccounts accounts, OwnApiLinks links, LinkDesk desk, PaperDesk papers, ICreditors creditors)
{
    private const string Language = "language";
    private const string MandateReference = "reference";
    private const string Sequence = "sequence";
    private const string Scheme = "scheme";
    private const string ByHand = "by_hand";
    private const string OneOff = "one_off";
    private const string Recurring = "recurring";

    private static readonly Parameter InLanguage = InQuery(
        Language, Text("A language by BCP 47, such as `de`, in place of the customer's; English where Quittance does not speak it."));

    private static readonly Reply File = new(200, "The paper.", Text("A PDF.")) { MediaTypes = [Paper.MediaType] };

    private static Operation Receipt { get; } = new("findReceipt", "Payments", "Gives the receipt of a payment as PDF")
    {
        Description = "It has both parties, the number, the day, what was paid, and the masked card or bank account. The same payment "
            + "gives the same bytes until money of it goes elsewhere.",
        Parameters = [OfId, InLanguage],
        Replies = [File, Invalid, NoSuch("payment"), Conflict("The payment's money has not come")],
    };

    private static Operation Statement { get; } = new("findStatementPaper", "Accounts", "Gives an account's statement as PDF")
    {
        Description = "The lines of some days with their balances, and the charges that are open after the last one. Its days are those of "
            + $"the books. It has at most {PaperDesk.MostLines} lines.",
        Parameters =
        [
            OfIdOrReference,
            InQuery(OwnApiAccounts.From, Text("The first day, such as `2026-11-01`; without it the first of this month.")),
            InQuery(OwnApiAccounts.To, Text("The last day; without it today.")), InLanguage,
        ],
        Replies = [File, Invalid, NoSuch("account")],
    };

    private static Operation Bill { get; } = new("findQrBill", "Payment links", "Gives the Swiss QR-bill of a payment link as PDF")
    {
        Description = "What the link's charges ask for, with the payment slip and its receipt, for the account that `POST /api/v1/payee` "
            + "names: in Switzerland or Liechtenstein, with an address. The slip is in German, French or Italian, else in English.",
        Parameters = [OfId, InLanguage],
        Replies =
        [
            File, Invalid, NoSuch("link"),
            Conflict("The link is paid, taken back or over, a payment of its charges is under way, or no Swiss account is named for it"),
        ],
    };

    private static Operation Mandate { get; } = new("findMandateForm", "Collections", "Gives a form of a SEPA mandate as PDF, to sign")
    {
        Description = "It has your bank account's name and creditor identifier, the words of authorisation, the name and address of the "
            + "customer where they are known, and fields for the IBAN, the place, the day and the signature. It has no number of a bank "
            + "account. The signed one is recorded by `POST /api/v1/mandates`.",
        Parameters =
        [
            OfIdOrReference,
            InQuery(MandateReference, Text(
                "The mandate's reference, `by_hand` to leave a line for it; the customer's next one without it.")),
            InQuery(Sequence, Word("Whether it is good for one debit; the customer ticks it if left out.", Recurring, OneOff)),
            InQuery(Scheme, Word("The rulebook; the one of your bank account without it.", DebitSchemes.Words)), InLanguage,
        ],
        Replies =
        [
            File, Invalid, NoSuch("account"), Conflict("You have no bank account that collects SEPA debits"),
        ],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{AccountsPath}/{{{Id}}}/mandate-form.pdf", ReadScope, MandateAsync).WithMetadata(Mandate);
        routes.Get($"{LinksPath}/{{{Id}}}/qr-bill.pdf", ReadScope, BillAsync).WithMetadata(Bill);
        routes.Get($"{PaymentsPath}/{{{Id}}}/receipt.pdf", ReadScope, ReceiptAsync).WithMetadata(Receipt);
        routes.Get($"{AccountsPath}/{{{Id}}}/statement.pdf", ReadScope, StatementAsync).WithMetadata(Statement);
    }

    private async Task<Answer> ReceiptAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var language = query.Text(Language);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        if (!PaperDesk.HasReceipt(view))
            return OwnApiErrors.Of(Refusal.PaymentNotCaptured).ToAnswer(address);
        return AnswerOf(await papers.ReceiptAsync(view, PaperIssuer.Of(call.Credential.Installation), language, call.Cancel));
    }

    private async Task<Answer> BillAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var language = query.Text(Language);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (await links.NamedAsync(call) is not { } link)
            return OwnApiErrors.NoSuch("link").ToAnswer(address);
        var view = await desk.ViewAsync(link, call.Cancel);
        if (view.StandingAt(call.Now) is not LinkStanding.Open and var standing)
        {
            return OwnApiErrors.Of(standing switch
            {
                LinkStanding.Paid => Refusal.LinkPaid,
                LinkStanding.TakenBack => Refusal.LinkTakenBack,
                _ => Refusal.LinkEnded,
            }).ToAnswer(address);
        }

        // The customer would pay twice by a transfer beside it.
        if (await desk.IsClaimedAsync(view, call.Cancel))
            return OwnApiErrors.NotDone("A payment of the link's charges is under way.").ToAnswer(address);
        return await papers.QrBillAsync(
            view, PaperIssuer.Of(call.Credential.Installation), language, isForAnyone: false, call.Cancel) is { } paper
            ? AnswerOf(paper)
            : OwnApiErrors.NotDone(
                "No Swiss code pays this link: it is for charges in francs or euros, and the merchant names an account in Switzerland or "
                + "Liechtenstein with its address.").ToAnswer(address);
    }

    private async Task<Answer> StatementAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var today = call.Today;
        var from = query.Day(OwnApiAccounts.From) ?? new DateOnly(today.Year, today.Month, 1);
        var to = query.Day(OwnApiAccounts.To) ?? today;
        if (from > to)
            query.Refuse(OwnApiAccounts.To, "must not be before the first day");
        var language = query.Text(Language);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (await accounts.NamedAsync(call) is not { Account: var account })
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        var (paper, isTooLong) = await papers.StatementAsync(
            account.Id, from, to, PaperIssuer.Of(call.Credential.Installation), language, call.Cancel);
        if (isTooLong)
        {
            query.Refuse(OwnApiAccounts.From, $"must leave at most {PaperDesk.MostLines} lines: ask for fewer days at once");
            return query.Problem()!.ToAnswer(address);
        }

        return paper is null ? OwnApiErrors.NoSuch("account").ToAnswer(address) : AnswerOf(paper);
    }

    private async Task<Answer> MandateAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var (reference, sequence) = (query.Text(MandateReference), query.Word(Sequence, Recurring, OneOff));
        var scheme = DebitSchemes.Of(query.Word(Scheme, DebitSchemes.Words));
        var language = query.Text(Language);
        if (reference is not (null or ByHand) && !Core.Instruments.Mandate.IsReference(MandateScheme.Sepa, reference))
            query.Refuse(MandateReference, $"must be {SepaText.IdentifierRule}");
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        if (await accounts.NamedAsync(call) is not { } customer)
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        if (await creditors.FindAsync(call.Credential.Merchant, call.Cancel) is not { Flavour: BankFlavour.Sepa } creditor)
            return OwnApiErrors.NotDone("The merchant has no bank account that collects SEPA debits.").ToAnswer(address);
        var issuer = PaperIssuer.Of(call.Credential.Installation);
        return AnswerOf(await papers.MandateFormAsync(
            customer, creditor,
            new MandateFormAsked(
                reference == ByHand ? null : reference ?? await creditors.NextReferenceAsync(customer.Account, call.Cancel),
                sequence is null ? null : sequence == OneOff, scheme),
            call.Today, issuer, language, call.Cancel));
    }

    private static Answer AnswerOf(Paper paper) => Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
}
