using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The ids of Oracle BRM's clients: POIDs of Oracle's, POIDs of ours, and numbers (Oracle BRM 4.1, 4.3).</summary>
internal static class OracleBrmNames
{
    public static string AccountKindOf(string name)
    {
        if (!Poid.TryParse(name, out var poid))
            return TmfNames.AccountNumber;
        return poid.Class == Poid.BillUnitClass ? TmfNames.BillUnit : TmfNames.Account;
    }

    /// <summary>An account by its POID or its number; accounts without a POID of Oracle's have one of ours.</summary>
    public static Reference Account(string id, MerchantId merchant)
    {
        if (!Poid.TryParse(id, out var poid))
            return Named(TmfNames.AccountNumber, id, merchant);
        return poid.IsOwn ? Reference.ToAccountNumber(merchant, poid.Number) : Named(TmfNames.Account, id, merchant);
    }

    /// <summary>A bill by its POID or its number; bills without a POID of Oracle's have one of ours.</summary>
    public static Reference Bill(string id, MerchantId merchant)
    {
        if (!Poid.TryParse(id, out var poid))
            return Named(TmfNames.BillNumber, id, merchant);
        return poid.IsOwn ? Reference.ToChargeNumber(merchant, poid.Number) : Named(TmfNames.Bill, id, merchant);
    }

    /// <summary>The account of a bill unit: an account has one (Oracle BRM 5.8). One without a POID of Oracle's has one of ours.</summary>
    public static Reference BillUnit(string id, MerchantId merchant) => Poid.TryParse(id, out var poid) && poid.IsOwn
        ? Reference.ToAccountNumber(merchant, poid.Number)
        : Named(TmfNames.BillUnit, id, merchant);

    /// <summary>A payment method by its POID or its external id.</summary>
    public static Reference Method(string id, MerchantId merchant) => Named(TmfNames.PaymentMethod, id, merchant);

    /// <summary>The bill unit of an account, as its clients name it.</summary>
    public static Poid BillUnitOf(Account account, IReadOnlyList<Reference> names) =>
        names.FirstOrDefault(name => name is { Dialect: TmfNames.OracleBrm, Kind: TmfNames.BillUnit }).Value is { } value
            && Poid.TryParse(value, out var poid)
            ? poid
            : Poid.OfBillUnit(account.Number);

    private static Reference Named(string kind, string value, MerchantId merchant) => new(merchant, TmfNames.OracleBrm, kind, value);
}
