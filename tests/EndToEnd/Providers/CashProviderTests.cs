using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Cash;

namespace Quittance.Tests.Providers;

public sealed class CashProviderTests
{
    private static readonly ProviderRequest Request =
        new(new AttemptId(new MerchantId(1), Guid.Empty), new Money(1, Currency.Parse("EUR")));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Verb.Authorise, Verdict.Approved, Verdict.Approved)]
    [InlineData(Verb.Capture, Verdict.Pending, Verdict.Pending)]
    [InlineData(Verb.Void, Verdict.Approved, Verdict.Approved)]
    [InlineData(Verb.Refund, Verdict.Approved, Verdict.Pending)]
    public async Task MoneyThatIsPromised_IsAwaited_AndTheDrawerGivesBackAtOnce(Verb verb, Verdict counter, Verdict transfer)
    {
        Assert.Equal(new ProviderAnswer(counter), await ComplianceRules.AskAsync(CashProvider.Drawer, verb, Request, Cancel));
        Assert.Equal(new ProviderAnswer(counter), await CashProvider.Drawer.FindAsync(verb, Request, Cancel));
        Assert.Equal(new ProviderAnswer(transfer), await ComplianceRules.AskAsync(CashProvider.BankTransfer, verb, Request, Cancel));
        Assert.Equal(new ProviderAnswer(transfer), await CashProvider.BankTransfer.FindAsync(verb, Request, Cancel));
    }
}
