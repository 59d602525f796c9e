using Microsoft.Extensions.Logging.Abstractions;
using Quittance.BackOffice.Providers;
using Quittance.Providers;

namespace Quittance.Host.Providers;

/// <summary>The providers of <see cref="ProviderDirectory"/>, as connecting them needs them.</summary>
internal static class ConnectableKinds
{
    public static ConnectableProviders All { get; } = new([.. ProviderDirectory.Kinds.Select(Of)]);

    public static ConnectableProvider Of(IProviderKind kind) => new(kind.Name, kind.Setup.MakesKeys, kind.Setup.Events)
    {
        AddressOf = kind.AddressOf,
        PrepareAsync = kind.PrepareAsync,
        WorldOf = account => kind.Open(account, new ProviderOptions(), TimeProvider.System, NullLoggerFactory.Instance).World,
        NoticePath = merchant => NoticeRoutes.PathOf(merchant, kind.Name),
    };
}
