using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>The bodies, headers and signatures that arrive at a webhook: a line for each header, an empty line, the body.</summary>
public class WebhookTests
{
    private const string Secret = "wh-s3cret-é";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);

    private static readonly Corpus Deliveries = new(
        [
            "x-vwd-tenant-id: a1b2\nx-vwd-event-id: TableChange\n\n" + """
            {"tableIdentifier":"associate","customerNo":0,"companyNo":5280635,"event":"UPDATE","primaryKeys":[{"associateNo":286},{"code":"x"}],"timestamp":"2026-11-21T10:12:45.1234567","changedByUser":"ola","changedColumns":["name","city"]}
            """,
            "X-VWD-Notification-Id: 7\n\n" + """{"tenantId":"a1b2","employees":[{"id":"1","isDeleted":false,"actionDate":"2026-11-21"}]}""",
            "\n\n" + """{"tenant_id":"a1b2","tenant":{"id":1},"tenantid":7}""",
            "\n\n[]", "\n\n5", "\n\n",
            // Inputs that found a fault.
            "\n\n" + """{"\ud800_id":"a1b2","tenant\ud800Id":"a1b2"}""",
            "\n\n" + """{"tableIdentifier":"t","event":"DELETE","primaryKeys":[{"\ud800":1}]}""",
        ],
        [
            "tableIdentifier", "event", "customerNo", "companyNo", "primaryKeys", "timestamp", "changedByUser", "changedColumns", "tenantId", "tenant_id", "UPDATE",
            "x-vwd-tenant-id: ", "X-VWD-Signature-V1: ", "2026-11-21T10:12:45.1234567", "\"\\ud800\":1,", "{\"\\ud800\":1}",
        ]);

    private static readonly Corpus Signatures = new(
        [
            Sign("{}"u8), Sign("{}"u8) + ", " + Sign("[]"u8), Convert.ToHexString(HMACSHA256.HashData(Key, "{}"u8)), "", "not base64!", Convert.ToBase64String(new byte[32]),
        ],
        ["=", "==", "+", "/", Convert.ToBase64String(new byte[33])]);

    [Fact]
    public void Genuine_webhook_is_read_or_is_a_documented_error()
    {
        WebhookReader reader = new("another secret", Secret);
        FuzzRun.Run(Deliveries, 110_000, text =>
        {
            (string head, string json) = RawReply.SplitAt(text, "\n\n");
            byte[] body = TextBytes.Of(json);
            string signature = Sign(body);
            WebhookEvent? read;
            try
            {
                read = reader.Read(body, signature, RawReply.Headers(head).Select(header => KeyValuePair.Create(header.Name, header.Value)));
            }
            catch (VismaConnectException documented)
            {
                Secrets.AreNotIn(documented, [Secret, signature]);
                return;
            }

            Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), read?.Id);
            Assert.NotEqual("", read!.TenantId);
            Assert.Equal($"webhook event {read.Id}", read.ToString());
            if (read.TryGetTableChange(out TableChange? change))
            {
                Assert.True(change.PrimaryKeys.All(key => key.Key is not null && key.Value is not null) && change.ChangedColumns.All(column => column is not null), "A text is null.");
                Assert.True(change.Timestamp is not { } time || time.Offset == TimeSpan.Zero, "A time is not in UTC.");
                Assert.NotEmpty(change.ToString());
            }
        });
    }

    [Fact]
    public void Webhook_with_a_wrong_signature_is_not_read()
    {
        WebhookReader reader = new("another secret", Secret);
        FuzzRun.Run(Signatures, 80_000, signature =>
        {
            byte[] body = signature.Length % 2 == 0 ? "{}"u8.ToArray() : "{ this is no JSON"u8.ToArray();
            bool isGenuine;
            try
            {
                isGenuine = CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(signature), HMACSHA256.HashData(Key, body));
            }
            catch (FormatException)
            {
                isGenuine = false;
            }

            Assert.Equal(isGenuine && signature.Length <= 256, reader.IsGenuine(body, signature));
            Assert.Equal(isGenuine && signature.Length <= 256, reader.Read(body, signature) is not null);
        });
    }

    private static string Sign(ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(Key, body));
}
