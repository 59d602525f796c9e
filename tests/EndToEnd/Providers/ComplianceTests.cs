using Quittance.Providers.Cash;

namespace Quittance.Tests.Providers;

/// <summary>Every provider against every rule.</summary>
public sealed class ComplianceTests
{
    private static readonly ProviderUnderTest[] Providers =
    [
        new SandboxUnderTest(), new StripeUnderTest(), new StripeDebitsUnderTest(), new GoCardlessUnderTest(),
        new CashUnderTest(CashProvider.Drawer),
        new CashUnderTest(CashProvider.BankTransfer),
        .. Environment.GetEnvironmentVariable(StripeUnderTest.LiveKeyVariable) is { Length: > 0 } key ? [new StripeUnderTest(key)]
            : Array.Empty<ProviderUnderTest>(),
    ];

    public static IEnumerable<TheoryDataRow<string, string>> All() =>
        from provider in Providers
        from rule in ComplianceRules.All
        where !provider.NotApplicable.ContainsKey(rule.Name)
        select new TheoryDataRow<string, string>(provider.Name, rule.Name)
        {
            TestDisplayName = $"{provider.Name}: {rule.Name}",
        };

    [Theory]
    [MemberData(nameof(All))]
    public async Task Provider_KeepsTheRule(string provider, string rule) =>
        Assert.Null(await ComplianceRules.All.Single(one => one.Name == rule).BreachAsync(Providers.Single(one => one.Name == provider)));

    [Fact]
    public void WhatDoesNotApply_IsARule_AndHasAReason()
    {
        Assert.All(Providers.SelectMany(provider => provider.NotApplicable.Keys),
            name => Assert.Contains(ComplianceRules.All, rule => rule.Name == name));
        Assert.All(Providers.SelectMany(provider => provider.NotApplicable.Values), Assert.NotEmpty);
        Assert.All(Providers, provider => Assert.Contains(ComplianceRules.All, rule => !provider.NotApplicable.ContainsKey(rule.Name)));
        Assert.Distinct(ComplianceRules.All.Select(rule => rule.Name));
    }
}
