using Microsoft.AspNetCore.Components;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Credentials;

/// <summary>A page that lets a program into one of the merchant's APIs, and shows its secrets once.</summary>
public abstract class NewClientPage : ActionPage
{
    [Inject] public Merchants Merchants { get; set; } = null!;

    [Inject] public ConsoleSettings Settings { get; set; } = null!;

    [SupplyParameterFromForm] public string? Api { get; set; }

    /// <summary>The API that a link of this page chose.</summary>
    [SupplyParameterFromQuery(Name = "api")] public string? Linked { get; set; }

    [SupplyParameterFromForm] public string[]? Scopes { get; set; }

    /// <summary>The APIs to choose from.</summary>
    protected IReadOnlyList<(OfferedApi Api, Installation Installation)> Choices { get; private set; } = [];

    /// <summary>The chosen one; null while none is.</summary>
    protected OfferedApi? Chosen { get; private set; }

    protected Installation Installation => Choices.First(choice => choice.Api == Chosen).Installation;

    /// <summary>The secrets that this answer shows.</summary>
    protected IReadOnlyList<(string Label, string Value)> Secrets { get; set; } = [];

    /// <summary>Whether programs get into an API this way.</summary>
    protected abstract bool Takes(OfferedApi api);

    protected override async Task ReadAsync()
    {
        var installations = await Merchants.InstallationsAsync(Operator.Merchant, Cancel);
        Choices = [.. Settings.Apis.Where(Takes).Join(installations, api => api.Dialect, one => one.Dialect, (api, one) => (api, one))];
        var named = Api ?? Linked ?? (Choices.Count == 1 ? Choices[0].Api.Dialect : null);
        Chosen = Choices.FirstOrDefault(choice => choice.Api.Dialect == named).Api;
    }

    /// <summary>The chosen scopes of an API; all where none is chosen.</summary>
    protected IReadOnlyList<string> ScopesOf(OfferedApi api)
    {
        string[] chosen = [.. api.Scopes.Where(scope => Scopes?.Contains(scope) == true)];
        return chosen.Length > 0 ? chosen : api.UsualScopes;
    }
}
