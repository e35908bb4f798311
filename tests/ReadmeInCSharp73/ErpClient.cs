using System.Net.Http;
using System.Threading.Tasks;

namespace ReadmeInCSharp73
{
    public class ErpClient
    {
        private readonly HttpClient _http;

        public ErpClient(HttpClient http)
        {
            _http = http;
        }

        public Task<string> GetCustomersAsync()
        {
            return _http.GetStringAsync("customer");
        }
    }
}
