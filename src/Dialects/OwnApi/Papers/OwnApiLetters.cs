using Microsoft.AspNetCore.Builder;
using Quittance.Core.Accounts;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Accounts;
using Quittance.Papers;
using Quittance.Papers.Letters;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Papers;

/// <summary>
/// Reminders as letters. They have the addresses of payment links, which are secrets: who may make links may read them.
/// </summary>
internal sealed class OwnApiLetters(PublicAddress address, OwnApiAccounts accounts, LetterDesk letters)
{
    private const string Tag = "Dunning";
    private const string From = "from";
    private const string To = "to";
    private const string Unmailed = "unmailed";
    private const int MostNamed = 1_000;

    private const string OfLetters = "Each has the address for a window envelope (DIN 5008, form B), the overdue bills, the fees, the "
        + "total, your account for transfers with a code for banking apps or a Swiss payment slip, and the customer's latest open payment "
        + "link. ";

    private static readonly Parameter[] OfRun =
    [
        InQuery(From, Text("The first day on which the customers reached their level; without it the last day.")),
        InQuery(To, Text("The last day; without it today.")),
        InQuery(Unmailed, Flag(
            "Only customers whom no mail of it reached: they have no address, it failed or was left out, or none was asked for.")),
    ];

    private static readonly Resource<Account> Unreached = new(
        null, "A customer whose name or postal address is not known, or not in letters that are printed.")
    {
        { Required("account", Uuid("The account.")), account => (Guid?)account.Id.Value },
        { Required("number", Whole("Its number.", 1)), account => (long?)account.Number },
        { Optional("name", Text("The customer's name, where it is known.")), account => account.Name },
    };

    private static readonly Resource<LetterRun> Counted = new("LetterRun", "What a run of letters has, and whom it leaves out.")
    {
        { Required("letters", Whole($"How many letters there are; a file has at most {LetterRun.Most}.", 0)), run => (long?)run.Count },
        {
            Required("without_address", Whole("How many customers get none, since their name or postal address is not known.", 0)),
            run => (long?)run.WithoutAddress.Count
        },
        {
            Required("unprintable", Whole(
                "How many customers get none, since their name or postal address would be printed with question marks: papers have the "
                + "letters of Latin, Greek and Cyrillic.", 0)),
            run => (long?)run.Unprintable.Count
        },
        {
            Required("outdated", Whole("How many have paid, are paused, or owe only what is disputed or being paid.", 0)),
            run => (long?)run.Outdated
        },
        {
            Required("customers_without_address", List(
                Unreached, $"The customers whose name or postal address is not known, at most {MostNamed}.", MostNamed)), Unreached,
            run => [.. run.WithoutAddress.Take(MostNamed)]
        },
        {
            Required("customers_unprintable", List(
                Unreached, $"The customers whose name or postal address can't be printed, at most {MostNamed}.", MostNamed)), Unreached,
            run => [.. run.Unprintable.Take(MostNamed)]
        },
    };

    private static readonly Reply File = new(200, "The letters.", Text("A PDF.")) { MediaTypes = [Paper.MediaType] };

    private static Operation Count { get; } = new("countReminderLetters", Tag, "Says what the letters to reminded customers would be")
    {
        Description = "It counts the letters to the customers who stand at a level that they reached on these days, and names those "
            + "whom none would reach.",
        Parameters = OfRun,
        Replies = [new(200, "What the run has.", Counted), Invalid],
    };

    private static Operation Run { get; } = new("findReminderLetters", Tag, "Gives reminders as letters, in one PDF to print")
    {
        Description = "One letter to each customer who stands at a level that was reached on these days, each on pages of its own. "
            + OfLetters + "Who has paid meanwhile, is paused, or whose postal address is not known or can't be printed has none: the "
            + "headers count them, and `GET /api/v1/dunning/letters` names them.",
        Parameters = OfRun,
        Replies =
        [
            File with
            {
                Headers =
                [
                    new SentHeader("Quittance-Letters", Whole("How many letters it has.", 1), IsRequired: true),
                    new SentHeader(
                        "Quittance-Letters-Without-Address", Whole("How many customers have none for want of an address.", 0),
                        IsRequired: true),
                    new SentHeader(
                        "Quittance-Letters-Unprintable",
                        Whole("How many customers have none, since their name or address would have question marks.", 0), IsRequired: true),
                    new SentHeader(
                        "Quittance-Letters-Outdated", Whole("To how many there is nothing to write any more.", 0), IsRequired: true),
                ],
            },
            Invalid, Conflict("There is no letter to write"),
        ],
    };

    private static Operation One { get; } = new("findReminderLetter", Tag, "Gives the reminder of one customer as a letter, as PDF")
    {
        Description = "It is about the level at which the customer stands, whenever it was reached. " + OfLetters,
        Parameters = [OfIdOrReference],
        Replies =
        [
            File with { Description = "The letter." }, Invalid, NoSuch("account"),
            Conflict("There is nothing to write, or the customer's name or postal address is not known or can't be printed"),
        ],
    };

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{Mount}/dunning/letters", BillScope, CountAsync).WithMetadata(Count);
        routes.Get($"{Mount}/dunning/letters.pdf", BillScope, RunAsync).WithMetadata(Run);
        routes.Get($"{AccountsPath}/{{{Id}}}/letter.pdf", BillScope, OneAsync).WithMetadata(One);
    }

    private async Task<Answer> CountAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var asked = AskedIn(query, call);
        return query.Problem() is { } problem ? problem.ToAnswer(address)
            : Counted.ToAnswer(await letters.CountAsync(asked, call.Cancel));
    }

    private async Task<Answer> RunAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        var asked = AskedIn(query, call);
        if (query.Problem() is { } problem)
            return problem.ToAnswer(address);
        var (paper, run) = await letters.RunAsync(asked, PaperIssuer.Of(call.Credential.Installation), call.Cancel);
        if (run.IsTooLong)
        {
            query.Refuse(From, $"must leave at most {LetterRun.Most} letters: ask for fewer days at once");
            return query.Problem()!.ToAnswer(address);
        }

        if (paper is null)
        {
            return OwnApiErrors.NotDone(
                "There is no letter to write. Customers without a name or a postal address that can be printed, and those who have paid or "
                + "are paused, get none.").ToAnswer(address);
        }

        var answer = AnswerOf(paper);
        return answer with
        {
            Headers =
            [
                .. answer.Headers, ("Quittance-Letters", $"{run.Count}"),
                ("Quittance-Letters-Without-Address", $"{run.WithoutAddress.Count}"),
                ("Quittance-Letters-Unprintable", $"{run.Unprintable.Count}"), ("Quittance-Letters-Outdated", $"{run.Outdated}"),
            ],
        };
    }

    private async Task<Answer> OneAsync(Call call)
    {
        if (await accounts.NamedAsync(call) is not { } customer)
            return OwnApiErrors.NoSuch("account").ToAnswer(address);
        var (paper, lack) = await letters.OfAsync(customer, PaperIssuer.Of(call.Credential.Installation), call.Cancel);
        return paper is not null ? AnswerOf(paper) : OwnApiErrors.NotDone(lack switch
        {
            LetterLack.NoAddress => "The customer's name or postal address is not known.",
            LetterLack.Unprintable =>
                "The customer's name or postal address would be printed with question marks: papers have the letters of Latin, Greek and "
                + "Cyrillic.",
            _ => "The customer stands at no level, has paid, or is paused: there is nothing to write.",
        }).ToAnswer(address);
    }

    private static DunnedQuery AskedIn(OwnApiQuery query, Call call)
    {
        var to = query.Day(To) ?? call.Today;
        var from = query.Day(From) ?? to;
        if (from > to)
            query.Refuse(To, "must not be before the first day");
        return new DunnedQuery(call.Credential.Merchant, from, to, query.Flag(Unmailed) ?? false);
    }

    private static Answer AnswerOf(Paper paper) => Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
}
