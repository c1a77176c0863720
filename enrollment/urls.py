"""Addresses of the enrollment app."""

from django.urls import URLPattern, URLResolver, path

from enrollment.views import money, persons, registration

app_name = "enrollment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("persons/", persons.person_list, name="person_list"),
    path("persons/register/", registration.person_register, name="person_register"),
    path("persons/lookup/", registration.person_lookup, name="person_lookup"),
    path("persons/transfer/", registration.enrollment_transfer, name="enrollment_transfer"),
    path("persons/<slug:number>/", persons.person_detail, name="person_detail"),
    path("persons/<slug:number>/reveal/", persons.person_reveal, name="person_reveal"),
    path("persons/<slug:number>/correct/", persons.person_correct, name="person_correct"),
    path("persons/<slug:number>/number/", persons.person_number, name="person_number"),
    path("persons/<slug:number>/enroll/", registration.person_enroll, name="person_enroll"),
    path("persons/<slug:number>/statuses/grant/", persons.status_grant, name="status_grant"),
    path("statuses/<int:pk>/withdraw/", persons.status_withdraw, name="status_withdraw"),
    path("enrollments/<int:pk>/end/", registration.enrollment_end, name="enrollment_end"),
    path("households/<slug:number>/", money.household_detail, name="household_detail"),
    path("households/<slug:number>/pay/", money.household_pay, name="household_pay"),
    path("dues/", money.dues, name="dues"),
    path("dues/work-out/", money.dues_work_out, name="dues_work_out"),
    path("dues/<int:pk>/pay/", money.payment_book, name="payment_book"),
    path("dues/<int:pk>/refund/", money.payment_refund, name="payment_refund"),
    path("payments/", money.payments, name="payments"),
    path("payments/differences/", money.payment_differences, name="payment_differences"),
    path("payments/differences/<int:pk>/", money.payment_difference, name="payment_difference"),
    path("campaign/", money.campaign, name="campaign"),
]
