using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.Access;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Operators;

/// <summary>A page that changes the access of a person.</summary>
public abstract class PersonPage : ActionPage
{
    [Inject] public People People { get; set; } = null!;

    [Parameter] public Guid Id { get; set; }

    /// <summary>The person; null where the merchant has none of that id.</summary>
    protected Person? Person { get; private set; }

    /// <summary>The person's name in the audit log.</summary>
    protected string Subject => PeopleActs.SubjectOf(Person!);

    /// <summary>Whom an act changes.</summary>
    protected Asked Asked => new Asked().With(PeopleActs.Email, Person!.Email);

    protected override async Task ReadAsync() => Person = await People.FindAsync(Operator.Merchant, Id, Cancel);
}
