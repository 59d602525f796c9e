using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quittance.BackOffice.Access;
using Quittance.BackOffice.Accounts;
using Quittance.BackOffice.Approvals;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.Dues;
using Quittance.BackOffice.Ledger;
using Quittance.BackOffice.Mails;
using Quittance.BackOffice.Overdue;
using Quittance.BackOffice.Providers;
using Quittance.BackOffice.Webhooks;
using Quittance.Core.Acts;
using Quittance.Core.Debits;
using Quittance.Storage;
using Quittance.Storage.Console;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Exporting;
using Quittance.Storage.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Visits;

namespace Quittance.BackOffice.Acts;

/// <summary>The declared acts that Quittance's own API offers, and the parts that do them.</summary>
public static class MerchantActs
{
    public static IReadOnlyList<DeclaredAct> Offered { get; } =
    [
        LimitActs.Set, LimitActs.End, ToleranceActs.Set, ToleranceActs.End, RouteActs.Set, RouteActs.End, ApiActs.ChangeZone,
        ApiActs.AddOrigin, ApiActs.RemoveOrigin, ApiActs.RevokeClient, PeopleActs.End, PeopleActs.ChangeRole, CollectionActs.Run,
        CollectionActs.Release, CollectionActs.CallOff, DueActs.Stop, DueActs.SetPolicy, DueActs.EndPolicy, MonthActs.Close,
        MonthActs.Reopen, DatevActs.Set, RunActs.Dun, RunActs.TryAgain, PayeeActs.Set, ReplayActs.Replay, WebhookTestActs.Send,
        BankAccountActs.Set,
        LineActs.Accept, LineActs.Ignore, UndoActs.Undo,
        AutopayActs.Choose, AutopayActs.End,
        MailActs.Switch, MailActs.Say, MailActs.Resend, MailActs.SendStatement, MailActs.SendAccountLink,
        MailActs.TakeReport,
        LineRuleActs.Set, LineRuleActs.Switch, LineRuleActs.End, FormatActs.Set, FormatActs.End,
        CredentialActs.Rotate,
        NoteActs.Add, ErasureActs.Erase, ContactActs.Import, CollectionActs.HandOut, MandateActs.Amend, MandateActs.Import,
        MandateActs.Record,
        LostFileActs.Sent, LostFileActs.Unsent, LostFileActs.Lost, ProfileActs.Set, ProfileActs.SetLogo,
    ];

    /// <summary>Adds the parts that a server has for its acts alone.</summary>
    public static IServiceCollection AddActs(this IServiceCollection services)
    {
        services.AddSingleton<IActKeys, ActKeys>().AddSingleton<IActLog, OperatorActions>();
        services.TryAddSingleton<OperatorActions>();
        services.TryAddSingleton<IssuedCredentials>();
        services.TryAddSingleton<Profiles>();
        services.TryAddSingleton<Erasing>();
        services.TryAddSingleton<SettlementTolerances>();
        services.TryAddSingleton<Collections>();
        services.TryAddSingleton<CollectionDesk>();
        services.TryAddSingleton<LostTime>();
        services.TryAddSingleton<DueReading>();
        services.TryAddSingleton<DuePolicies>();
        services.TryAddSingleton<Autopays>();
        services.TryAddSingleton<MailPolicies>();
        services.TryAddSingleton<MailSentences>();
        services.TryAddSingleton<MailQueue>();
        services.TryAddSingleton<AccountVisits>();
        services.TryAddSingleton<LostFileDesk>();
        services.TryAddSingleton<Mandates>();
        services.TryAddSingleton<MandateDesk>();
        services.TryAddSingleton<ContactDesk>();
        services.TryAddSingleton<ContactSheet>();
        services.TryAddSingleton<ICreditors, Creditors>();
        services.TryAddSingleton<CustomerReading>();
        services.TryAddSingleton<CustomerNotes>();
        services.TryAddSingleton<Receivers>();
        services.TryAddSingleton<Statements>();
        services.TryAddSingleton<LineMatching>();
        services.TryAddSingleton<LineRules>();
        services.TryAddSingleton<StatementFormats>();
        services.TryAddSingleton<DatevCharts>();
        services.TryAddSingleton<RuleTrials>();
        services.TryAddSingleton<NamedThings>();
        return services;
    }
}
