using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

internal static class RowId
{
    public static string Of(TokenKey key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ToStorageKey())));
}
