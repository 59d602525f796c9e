using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiResponses;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Mails;

/// <summary>The mails to customers. Sending one again, and what is sent, are declared acts.</summary>
internal sealed class OwnApiMails(PublicAddress address, IMails mails)
{
    private const string Tag = "Mail";
    private const string ListName = "mails";
    private const string Status = "status";
    private const string Account = "account";
    private const string About = "about";

    private static readonly Shape OfStatus = Word(
        "How far it is: it waits for a server, the mail server has taken it, it was given up, there was nothing to send, or it came "
        + "back.",
        EnumWords.All<MailStatus>());

    private static readonly Resource<Mail> One = new("Mail", "A mail to a customer, or to a person of the merchant's.")
    {
        { Required(Id, Uuid("Its id.")), mail => (Guid?)mail.Id.Value },
        { Required("kind", Word("What it is about.", EnumWords.All<MailKind>())), mail => EnumWords.Of(mail.Kind) },
        {
            Optional(Account, Uuid("The customer's account; none where it is for a person of the merchant's.")),
            mail => mail.Account?.Value
        },
        {
            Required(About, Uuid("The payment, link or other thing that it is about, or the merchant's person whom it is for.")),
            mail => (Guid?)mail.Subject
        },
        { Required(Status, OfStatus), mail => EnumWords.Of(mail.Status) },
        {
            Optional("to", Text("The address of the last try, of a mail to a customer.")),
            mail => mail.Account is null ? null : mail.Recipient
        },
        {
            Optional("why", Word("Why the last try failed, or why nothing was sent.", EnumWords.All<MailFailure>())),
            mail => mail.Failure is { } why ? EnumWords.Of(why) : null
        },
        { Required("failures", Whole("How many tries have failed.", 0)), mail => (long?)mail.Failures },
        { Required("queued_at", Moment("When it was asked for.")), mail => TextOf(mail.QueuedAt) },
        { Optional("next_at", Moment("When it is tried next, while it waits.")), mail => mail.DueAt is { } at ? TextOf(at) : null },
        {
            Optional("ended_at", Moment("When it was sent, given up or left out, or when it came back.")),
            mail => mail.EndedAt is { } at ? TextOf(at) : null
        },
    };

    private static readonly Resource<ShownPage<Mail>> Page = PageOf("MailPage", One);

    private static Operation List { get; } = new("listMails", Tag, "Lists the mails to customers, the newest first")
    {
        Description = "A mail is written when it is sent, and its words are not kept. Mails are forgotten 90 days after they ended.",
        Parameters =
        [
            InQuery(Status, OfStatus), InQuery(Account, Uuid("Only those to this customer, by the account's id.")),
            InQuery(About, Uuid("Only those about this payment, link or other thing.")), .. OfPages,
        ],
        Replies = [new(200, "The mails.", Page), Invalid],
    };

    private static Operation Find { get; } = new("findMail", Tag, "Gives a mail to a customer")
    {
        Description = "How far it is, why it was not sent, and when it is tried next. Its text is not kept: it is written when it is sent.",
        Parameters = [OfId],
        Replies = [new(200, "The mail.", One), NoSuch("mail")],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get(MailsPath, ReadScope, ListAsync).WithMetadata(List);
        routes.Get($"{MailsPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(Find);
    }

    private async Task<Answer> ListAsync(Call call)
    {
        var (merchant, query) = (call.Credential.Merchant, new OwnApiQuery(call.Http.Request));
        var status = EnumWords.Find<MailStatus>(query.Word(Status, EnumWords.All<MailStatus>()));
        var account = IdIn(query, Account, "must be the id of an account");
        var about = IdIn(query, About, "must be an id");
        var size = query.Size();
        var after = query.Place<Guid>(
            OwnApiQuery.Cursor, ListName, merchant, text => Guid.TryParseExact(text, "N", out var mail) ? mail : null);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var found = await mails.ListAsync(
            merchant, new MailQuery(status, account is { } id ? new AccountId(merchant, id) : null, about), after, size + 1, call.Cancel);
        var next = found.Count <= size ? null : ListCursor.Of(ListName, merchant, found[size - 1].Id.Value.ToString("N"));
        return Page.ToAnswer(new ShownPage<Mail>([.. found.Take(size)], next));
    }

    private static Guid? IdIn(OwnApiQuery query, string name, string expected)
    {
        if (query.Text(name) is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return id;
        query.Refuse(name, expected);
        return null;
    }

    private async Task<Answer> FindAsync(Call call) =>
        Guid.TryParseExact(call.PathValue(Id), "D", out var id)
        && await mails.FindAsync(new MailId(call.Credential.Merchant, id), call.Cancel) is { } mail
            ? One.ToAnswer(mail) : OwnApiErrors.NoSuch("mail").ToAnswer(address);
}
