using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Credentials;

/// <summary>A page about one credential.</summary>
public abstract class CredentialPage : ActionPage
{
    [Inject] public IssuedCredentials Credentials { get; set; } = null!;

    [Parameter] public long Id { get; set; }

    /// <summary>The credential; null where the merchant has none of that number.</summary>
    protected IssuedCredential? Credential { get; private set; }

    protected Place Above => Places.Credential(Id);

    /// <summary>The credential's name in the audit log.</summary>
    protected string Subject => $"credential {Id} ({Credential!.Name})";

    protected override async Task ReadAsync() =>
        Credential = (await Credentials.ListAsync(Operator.Merchant, Cancel)).FirstOrDefault(one => one.Id == Id);
}
