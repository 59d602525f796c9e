using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.Dues;
using Quittance.Console.Layout;
using Quittance.Core.Acts;
using Quittance.Core.Dues;
using Quittance.Storage.Dues;

namespace Quittance.Console.Pages.Debits;

/// <summary>A page that does something with one run of what is due.</summary>
public abstract class DueRunPage : ActionPage
{
    [Inject] public DueReading Dues { get; set; } = null!;

    [Parameter] public long Number { get; set; }

    /// <summary>The run; null for none of this number.</summary>
    protected DueRun? Found { get; private set; }

    private protected Place Above => Places.DueRun(Number);

    protected override async Task ReadAsync() => Found = await Dues.FindAsync(Operator.Merchant, Number, Cancel);

    /// <summary>Does an act to the run.</summary>
    private protected async Task DoAsync(DeclaredAct act, string word)
    {
        if (HasReason())
            await DoAsync(act, new Asked().With(DueActs.Run, Number), Above, word, _ => null);
    }
}
