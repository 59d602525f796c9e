using Microsoft.AspNetCore.Components;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Credentials;

/// <summary>A page that lets a program into one of the merchant's APIs, and shows its secrets once.</summary>
public abstract class NewClientPage : ActionPage
{
    [Inject] public Merchants Merchants { get; set; } = null!;

    [Inject] public ConsoleSettings Settings { get; set; } = null!;

    [SupplyParameterFromForm] public string? Api { get; set; }

    [SupplyParameterFromForm] public string[]? Scopes { get; set; }

    /// <summary>The APIs to choose from.</summary>
    protected IReadOnlyList<(OfferedApi Api, Installation Installation)> Choices { get; private set; } = [];

    protected IEnumerable<(string, string)> Options =>
        Choices.Select(choice => (choice.Api.Dialect, Words.Api(choice.Api.Dialect)));

    /// <summary>The secrets that this answer shows.</summary>
    protected IReadOnlyList<(string Label, string Value)> Secrets { get; set; } = [];

    /// <summary>Whether programs get into an API this way.</summary>
    protected abstract bool Takes(OfferedApi api);

    protected override async Task ReadAsync()
    {
        var installations = await Merchants.InstallationsAsync(Operator.Merchant, Cancel);
        Choices = [.. Settings.Apis.Where(Takes).Join(installations, api => api.Dialect, one => one.Dialect, (api, one) => (api, one))];
    }

    /// <summary>The chosen scopes of an API; all where none is chosen.</summary>
    protected IReadOnlyList<string> ScopesOf(OfferedApi api)
    {
        string[] chosen = [.. api.Scopes.Where(scope => Scopes?.Contains(scope) == true)];
        return chosen.Length > 0 ? chosen : api.UsualScopes;
    }
}
